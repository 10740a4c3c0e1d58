package io.deltaport.directory;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.deltaport.directory.graph.AttributeFormal;
import io.deltaport.directory.graph.Axis;
import io.deltaport.directory.graph.Formal;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks a graph of a stranger before anything runs it: ops of {@code ai.deltaport} only, as the
 * table of {@link Op} has them, inputs and outputs of {@link Port} only, no functions or subgraphs,
 * and external data only within files that the manifest lists.
 */
final class GraphCheck {
  private static final long LARGEST = 1L << 29;

  private final String file;
  private final ModelInfo info;
  private final Map<String, Long> weightBytes = new HashMap<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  private GraphCheck(String file, Manifest manifest) {
    this.file = file;
    this.info = manifest.model();
    for (FileEntry entry : manifest.files()) {
      if (entry.holdsWeights()) {
        weightBytes.put(entry.name(), entry.bytes());
      }
    }
  }

  /** Everything that is wrong with a graph; empty if nothing is. */
  static List<Problem> problems(Path graph, Manifest manifest) {
    return problems(String.valueOf(graph.getFileName()), parse(graph), manifest);
  }

  static List<Problem> problems(String file, ModelProto graph, Manifest manifest) {
    GraphCheck check = new GraphCheck(file, manifest);
    check.model(graph);
    return check.problems;
  }

  private static ModelProto parse(Path graph) {
    String name = String.valueOf(graph.getFileName());
    try {
      long bytes = Files.size(graph);
      if (bytes > LARGEST) {
        throw new CheckpointException(
            new Problem(name, "at most " + LARGEST + " bytes", bytes + " bytes"));
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(graph))) {
        return ModelProto.parseFrom(in);
      }
    } catch (IOException e) {
      throw new CheckpointException(new Problem(name, "an ONNX graph", "" + e.getMessage()), e);
    }
  }

  private void model(ModelProto model) {
    model.getOpsetImportList().forEach(this::opset);
    requireNone("functions", model.getFunctionsCount());
    requireNone("training_info", model.getTrainingInfoCount());
    GraphProto graph = model.getGraph();
    requireNone("sparse_initializer", graph.getSparseInitializerCount());
    graph.getInputList().forEach(input -> port("input", Port.Direction.INPUT, input));
    graph.getOutputList().forEach(output -> port("output", Port.Direction.OUTPUT, output));
    graph.getInitializerList().forEach(this::initializer);
    graph.getNodeList().forEach(this::node);
  }

  private void opset(OperatorSetIdProto opset) {
    if (opset.getDomain().isEmpty()) {
      return;
    }
    if (!opset.getDomain().equals(Op.DOMAIN)) {
      report("opset", "domain " + Op.DOMAIN, opset.getDomain());
    } else if (opset.getVersion() != Op.VERSION) {
      report("opset", "version " + Op.VERSION, Long.toString(opset.getVersion()));
    }
  }

  /** An input or output of the graph is a port, of its type and shape. */
  private void port(String kind, Port.Direction direction, ValueInfoProto value) {
    Optional<Port> port =
        Port.of(value.getName())
            .filter(
                p ->
                    (p.direction() == Port.Direction.INPUT) == (direction == Port.Direction.INPUT));
    TypeProto.Tensor tensor = value.getType().getTensorType();
    if (port.isEmpty()) {
      report(kind, "a name that runs know", value.getName());
    } else if (tensor.getElemType() != port.get().type().code()) {
      report(
          kind + " " + value.getName(),
          port.get().type().name(),
          "element type " + tensor.getElemType());
    } else if (!shaped(port.get().axes(), tensor.getShape().getDimList())) {
      report(kind + " " + value.getName(), shape(port.get().axes()), shape(tensor.getShape()));
    }
  }

  private boolean shaped(List<Axis> axes, List<TensorShapeProto.Dimension> dims) {
    if (axes.size() != dims.size()) {
      return false;
    }
    for (int i = 0; i < axes.size(); i++) {
      long size = dims.get(i).getDimValue(); // 0 where it is not fixed
      OptionalLong wanted = info.width(axes.get(i));
      boolean holds =
          switch (axes.get(i).kind()) {
            case RUN -> size == 0;
            case ONE -> size == 1;
            case WIDTH -> size > 0 && (wanted.isEmpty() || size == wanted.getAsLong());
          };
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  private String shape(List<Axis> axes) {
    return axes.stream()
        .map(
            axis ->
                axis + (info.width(axis).isPresent() ? " = " + info.width(axis).getAsLong() : ""))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String shape(TensorShapeProto shape) {
    return shape.getDimList().stream()
        .map(dim -> dim.getDimValue() == 0 ? dim.getDimParam() : Long.toString(dim.getDimValue()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private void requireNone(String what, int count) {
    if (count != 0) {
      report(what, "none", Integer.toString(count));
    }
  }

  private void initializer(TensorProto tensor) {
    initializers.put(tensor.getName(), tensor);
    if (tensor.getDataLocation() != TensorProto.DataLocation.EXTERNAL
        && tensor.getExternalDataCount() == 0) {
      return;
    }
    Map<String, String> external = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      external.put(entry.getKey(), entry.getValue());
    }
    String location = external.getOrDefault("location", "");
    Long bytes = weightBytes.get(location);
    if (bytes == null) {
      report(tensor.getName(), "a weight file that " + Manifest.NAME + " lists", location);
      return;
    }
    long offset = number(external.get("offset"));
    long length = number(external.get("length"));
    if (external.size() != 3
        || offset < 0
        || length < 0
        || offset > bytes
        || length > bytes - offset) {
      report(
          tensor.getName(),
          "offset and length within the " + bytes + " bytes of " + location,
          external.toString());
    }
  }

  private void node(NodeProto node) {
    String where = "node " + node.getName();
    Optional<Op> op =
        node.getDomain().equals(Op.DOMAIN) ? Op.of(node.getOpType()) : Optional.empty();
    if (op.isEmpty()) {
      report(where, "an op of domain " + Op.DOMAIN, node.getDomain() + ":" + node.getOpType());
      return;
    }
    values(where + ": inputs", op.get().inputs(), node.getInputList());
    values(where + ": outputs", op.get().outputs(), node.getOutputList());
    attributes(where, op.get(), node);
    if (op.get() == Op.SPARSE_MOE) {
      new ExpertCheck(node, initializers).problem().ifPresent(p -> problems.add(p.in(file)));
    }
  }

  /** The values that a node names for the formals of its op, in their order. */
  private void values(String where, List<Formal> formals, List<String> values) {
    if (values.size() > formals.size()) {
      report(where, "at most " + formals.size(), Integer.toString(values.size()));
    }
    for (int i = 0; i < formals.size(); i++) {
      if (formals.get(i).required() && (i >= values.size() || values.get(i).isEmpty())) {
        report(where, formals.get(i).name(), "none");
      }
    }
  }

  private void attributes(String where, Op op, NodeProto node) {
    Map<String, AttributeFormal> unseen = new LinkedHashMap<>();
    op.attributes().forEach(formal -> unseen.put(formal.name(), formal));
    for (AttributeProto attribute : node.getAttributeList()) {
      AttributeFormal formal = unseen.remove(attribute.getName());
      if (formal == null) {
        report(where, "attributes of " + op.type() + ", each once", attribute.getName());
      } else if (!attribute.getType().name().equals(formal.type().name())) {
        report(
            where + ": " + attribute.getName(), formal.type().name(), attribute.getType().name());
      }
    }
    unseen.values().stream()
        .filter(AttributeFormal::required)
        .forEach(formal -> report(where + ": attributes", formal.name(), "none"));
  }

  /** A number of an external data entry, -1 where it is none. */
  private static long number(@Nullable String text) {
    try {
      return text == null ? -1 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void report(String where, String expected, String found) {
    problems.add(new Problem(file + ": " + where, expected, found));
  }
}
