package io.deltaport.converter.onnx;

import io.deltaport.directory.graph.ValueInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the parts of a graph in execution order. */
public final class GraphBuilder {
  private final String name;
  private final Map<String, ValueInfo> inputs = new LinkedHashMap<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final Map<String, Initializer> initializers = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  public GraphBuilder(String name) {
    this.name = name;
  }

  /** A graph input; asking for the same one again gives the same value. */
  public Value input(ValueInfo info) {
    return put("input", inputs, info.name(), info);
  }

  /** A constant; asking for the same one again gives the same value. */
  public Value initializer(Initializer initializer) {
    return put("initializer", initializers, initializer.name(), initializer);
  }

  private static <T> Value put(String kind, Map<String, T> parts, String name, T part) {
    T known = parts.putIfAbsent(name, part);
    if (known != null && !known.equals(part)) {
      throw new IllegalArgumentException(kind + " " + name + " is given twice and differs");
    }
    return new Value(name);
  }

  /** Appends a node and returns its first output. */
  public Value add(Node.Builder builder) {
    Node node = builder.build();
    nodes.add(node);
    return new Value(node.outputs().get(0));
  }

  /** Declares a value as an output of the graph. */
  public void output(ValueInfo info) {
    outputs.add(info);
  }

  /**
   * The graph.
   *
   * @throws IllegalArgumentException if a value is undefined, defined twice or unused
   */
  public Graph build() {
    return new Graph(
        name, List.copyOf(inputs.values()), outputs, List.copyOf(initializers.values()), nodes);
  }
}
