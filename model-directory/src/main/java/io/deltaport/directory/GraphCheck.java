package io.deltaport.directory;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a graph of a stranger before anything runs it: ops of {@code ai.deltaport} only, no
 * functions or subgraphs, and external data only within files that the manifest lists.
 */
final class GraphCheck {
  private static final String DOMAIN = "ai.deltaport";
  private static final long LARGEST = 1L << 29;
  private static final Set<AttributeProto.AttributeType> ATTRIBUTES =
      Set.of(
          AttributeProto.AttributeType.FLOAT,
          AttributeProto.AttributeType.INT,
          AttributeProto.AttributeType.STRING,
          AttributeProto.AttributeType.FLOATS,
          AttributeProto.AttributeType.INTS);

  private final String file;
  private final Map<String, Long> weightBytes = new HashMap<>();
  private final Map<String, TensorProto> initializers = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  private GraphCheck(String file, Manifest manifest) {
    this.file = file;
    for (FileEntry entry : manifest.files()) {
      if (entry.holdsWeights()) {
        weightBytes.put(entry.name(), entry.bytes());
      }
    }
  }

  /** Everything that is wrong with a graph; empty if nothing is. */
  static List<Problem> problems(Path graph, Manifest manifest) {
    GraphCheck check = new GraphCheck(String.valueOf(graph.getFileName()), manifest);
    check.model(parse(graph));
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
    for (OperatorSetIdProto opset : model.getOpsetImportList()) {
      if (!opset.getDomain().isEmpty() && !opset.getDomain().equals(DOMAIN)) {
        report("opset", "domain " + DOMAIN, opset.getDomain());
      }
    }
    requireNone("functions", model.getFunctionsCount());
    requireNone("training_info", model.getTrainingInfoCount());
    GraphProto graph = model.getGraph();
    requireNone("sparse_initializer", graph.getSparseInitializerCount());
    graph.getInitializerList().forEach(this::initializer);
    graph.getNodeList().forEach(this::node);
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
    if (!node.getDomain().equals(DOMAIN)) {
      report(
          "node " + node.getName(),
          "an op of domain " + DOMAIN,
          node.getDomain() + ":" + node.getOpType());
      return;
    }
    for (AttributeProto attribute : node.getAttributeList()) {
      if (!ATTRIBUTES.contains(attribute.getType())) {
        report(
            "node " + node.getName() + ": " + attribute.getName(),
            "a number, a string or numbers",
            attribute.getType().name());
      }
    }
    if (node.getOpType().equals("SparseMoe")) {
      new ExpertCheck(node, initializers).problem().ifPresent(p -> problems.add(p.in(file)));
    }
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
