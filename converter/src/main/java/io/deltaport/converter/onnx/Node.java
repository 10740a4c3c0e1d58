package io.deltaport.converter.onnx;

import io.deltaport.directory.graph.AttributeFormal;
import io.deltaport.directory.graph.Formal;
import io.deltaport.directory.graph.Op;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node: an op applied to values.
 *
 * @param inputs names in the order of the op's formal inputs, empty for an absent one, without
 *     trailing empty ones
 * @param outputs likewise
 * @param attributes by name, in the order of their names
 */
public record Node(
    String name,
    Op op,
    List<String> inputs,
    List<String> outputs,
    SortedMap<String, Attribute> attributes) {
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
  }

  /** Starts a node whose arguments are given by the names of the op's formals. */
  public static Builder of(Op op, String name) {
    return new Builder(op, name);
  }

  /** Collects the arguments of a node and checks them against the op's table. */
  public static final class Builder {
    private final Op op;
    private final String name;
    private final Map<String, String> inputs = new LinkedHashMap<>();
    private final Map<String, String> outputs = new LinkedHashMap<>();
    private final SortedMap<String, Attribute> attributes = new TreeMap<>();

    private Builder(Op op, String name) {
      this.op = op;
      this.name = name;
    }

    /** Binds an input; a null value leaves it absent. */
    public Builder input(String formal, @Nullable Value value) {
      if (value != null) {
        inputs.put(formal, value.name());
      }
      return this;
    }

    /** Names an output. A required one that is not named gets the node's name and its own. */
    public Builder output(String formal, String value) {
      outputs.put(formal, value);
      return this;
    }

    public Builder attribute(String formal, Attribute value) {
      attributes.put(formal, value);
      return this;
    }

    public Builder attribute(String formal, long value) {
      return attribute(formal, new Attribute.Int(value));
    }

    public Builder attribute(String formal, float value) {
      return attribute(formal, new Attribute.Decimal(value));
    }

    public Builder attribute(String formal, String value) {
      return attribute(formal, new Attribute.Text(value));
    }

    public Builder ints(String formal, List<Long> values) {
      return attribute(formal, new Attribute.Ints(values));
    }

    public Builder floats(String formal, List<Float> values) {
      return attribute(formal, new Attribute.Decimals(values));
    }

    /**
     * The node.
     *
     * @throws IllegalArgumentException if an argument is missing, or unknown to the op
     */
    public Node build() {
      for (Formal formal : op.outputs()) {
        if (formal.required()) {
          outputs.putIfAbsent(formal.name(), name + "." + formal.name());
        }
      }
      requireAttributes();
      return new Node(
          name,
          op,
          ordered("input", op.inputs(), inputs),
          ordered("output", op.outputs(), outputs),
          attributes);
    }

    private List<String> ordered(String kind, List<Formal> formals, Map<String, String> actual) {
      requireFormals(kind, formals, actual);
      List<String> names =
          new ArrayList<>(formals.stream().map(f -> actual.getOrDefault(f.name(), "")).toList());
      while (!names.isEmpty() && names.get(names.size() - 1).isEmpty()) {
        names.remove(names.size() - 1);
      }
      return names;
    }

    private void requireFormals(String kind, List<Formal> formals, Map<String, ?> actual) {
      List<String> known = formals.stream().map(Formal::name).toList();
      List<String> required = formals.stream().filter(Formal::required).map(Formal::name).toList();
      requireNames(kind, known, required, actual.keySet());
    }

    private void requireAttributes() {
      List<AttributeFormal> formals = op.attributes();
      requireNames(
          "attribute",
          formals.stream().map(AttributeFormal::name).toList(),
          formals.stream().filter(AttributeFormal::required).map(AttributeFormal::name).toList(),
          attributes.keySet());
      for (AttributeFormal formal : formals) {
        Attribute given = attributes.get(formal.name());
        if (given != null && given.type() != formal.type()) {
          throw new IllegalArgumentException(
              name + ": " + op.type() + " has attribute " + formal + ", not of " + given.type());
        }
      }
    }

    private void requireNames(
        String kind, List<String> known, List<String> required, Set<String> given) {
      for (String formal : required) {
        if (!given.contains(formal)) {
          throw new IllegalArgumentException(
              name + ": " + op.type() + " needs " + kind + " " + formal);
        }
      }
      for (String formal : given) {
        if (!known.contains(formal)) {
          throw new IllegalArgumentException(
              name + ": " + op.type() + " has no " + kind + " " + formal);
        }
      }
    }
  }
}
