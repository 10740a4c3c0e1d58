package io.deltaport.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.deltaport.loader.Problem;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One test a fault of a graph. */
class GraphCheckTest {
  private static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;
  private static final int INT64 = TensorProto.DataType.INT64_VALUE;

  private final ModelProto.Builder model = ModelProto.newBuilder();
  private final GraphProto.Builder graph = model.getGraphBuilder();
  private NodeProto.Builder norm = NodeProto.newBuilder();

  /** An {@code RmsNorm} of {@code hidden}, of which {@code hidden_rows} leave the graph. */
  @BeforeEach
  void make() {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.deltaport").setVersion(1));
    graph.addInput(value("hidden", FLOAT, "tokens", 6));
    graph.addInput(value("hidden_rows", INT64, "m"));
    graph.addInitializer(weight("w", Manifests.WEIGHTS, "0", "24"));
    norm =
        graph
            .addNodeBuilder()
            .setName("norm")
            .setDomain("ai.deltaport")
            .setOpType("RmsNorm")
            .addAllInput(List.of("hidden", "w"))
            .addOutput("normed")
            .addAttribute(attribute("epsilon", AttributeType.FLOAT))
            .addAttribute(attribute("unit_offset", AttributeType.INT));
    graph
        .addNodeBuilder()
        .setName("rows")
        .setDomain("ai.deltaport")
        .setOpType("TakeRows")
        .addAllInput(List.of("normed", "hidden_rows"))
        .addOutput("last_hidden_state");
    graph.addOutput(value("last_hidden_state", FLOAT, "m", 6));
  }

  @Test
  void aGraphWithoutFaultPasses() {
    assertProblems();
  }

  @Test
  void anotherDomainIsRefused() {
    norm.setDomain("com.evil");
    assertProblems("node norm: expected an op of domain ai.deltaport, found com.evil:RmsNorm");
  }

  @Test
  void anUnknownOpIsRefused() {
    norm.setOpType("LayerNorm");
    assertProblems(
        "node norm: expected an op of domain ai.deltaport, found ai.deltaport:LayerNorm");
  }

  @Test
  void aMissingInputIsRefused() {
    norm.setInput(1, "");
    assertProblems("node norm: inputs: expected weight, found none");
    norm.clearInput().addInput("hidden");
    assertProblems("node norm: inputs: expected weight, found none");
  }

  @Test
  void anInputTooManyIsRefused() {
    norm.addAllInput(List.of("hidden", "hidden"));
    assertProblems("node norm: inputs: expected at most 3, found 4");
  }

  @Test
  void anOutputTooManyIsRefused() {
    norm.addAllOutput(List.of("sum", "more"));
    assertProblems("node norm: outputs: expected at most 2, found 3");
  }

  @Test
  void anOptionalOneMayBeLeftOut() {
    norm.addInput("").addOutput("");
    assertProblems();
  }

  @Test
  void aMissingAttributeIsRefused() {
    norm.removeAttribute(0);
    assertProblems("node norm: attributes: expected epsilon, found none");
  }

  @Test
  void anAttributeOfAnotherTypeIsRefused() {
    norm.setAttribute(0, attribute("epsilon", AttributeType.GRAPH));
    assertProblems("node norm: epsilon: expected FLOAT, found GRAPH");
  }

  @Test
  void anUnknownOrRepeatedAttributeIsRefused() {
    norm.addAttribute(attribute("axis", AttributeType.INT));
    norm.addAttribute(attribute("epsilon", AttributeType.FLOAT));
    assertProblems(
        "node norm: expected attributes of RmsNorm, each once, found axis",
        "node norm: expected attributes of RmsNorm, each once, found epsilon");
  }

  @Test
  void anInputThatNoRunKnowsIsRefused() {
    graph.setInput(1, value("load_rows", INT64, "m"));
    assertProblems("input: expected a name that runs know, found load_rows");
  }

  @Test
  void anOutputIsNoInput() {
    graph.setInput(1, value("logits", FLOAT, "n", 11));
    assertProblems("input: expected a name that runs know, found logits");
  }

  @Test
  void anInputOfAnotherTypeIsRefused() {
    graph.setInput(1, value("hidden_rows", FLOAT, "m"));
    assertProblems("input hidden_rows: expected INT64, found element type 1");
  }

  @Test
  void anInputOfAFixedLengthIsRefused() {
    graph.setInput(1, value("hidden_rows", INT64, 4));
    assertProblems("input hidden_rows: expected [m], found [4]");
  }

  @Test
  void anInputOfAnotherRankIsRefused() {
    graph.setInput(1, value("hidden_rows", INT64, "m", "k"));
    assertProblems("input hidden_rows: expected [m], found [m, k]");
  }

  @Test
  void anOutputOfAnotherWidthThanTheModelsIsRefused() {
    graph.setOutput(0, value("last_hidden_state", FLOAT, "m", 7));
    assertProblems("output last_hidden_state: expected [m, hidden = 6], found [m, 7]");
  }

  @Test
  void logitsAreAsWideAsTheVocabulary() {
    graph.addOutput(value("logits", FLOAT, "n", 12));
    assertProblems("output logits: expected [n, logits = 11], found [n, 12]");
  }

  @Test
  void tapsAreNumbered() {
    graph.addOutput(value("router_logits.0", FLOAT, "tokens", 5));
    assertProblems();
    graph.addOutput(value("router_logits.x", FLOAT, "tokens", 5));
    assertProblems("output: expected a name that runs know, found router_logits.x");
  }

  @Test
  void anotherOpsetIsRefused() {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.deltaport").setVersion(9));
    assertProblems("opset: expected version 1, found 9");
  }

  @Test
  void aForeignOpsetIsRefused() {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.evil").setVersion(1));
    assertProblems("opset: expected domain ai.deltaport, found com.evil");
  }

  @Test
  void whatNoGraphOfOursHasIsRefused() {
    model.addFunctions(FunctionProto.newBuilder());
    model.addTrainingInfo(TrainingInfoProto.newBuilder());
    graph.addSparseInitializer(SparseTensorProto.newBuilder());
    assertProblems(
        "functions: expected none, found 1",
        "training_info: expected none, found 1",
        "sparse_initializer: expected none, found 1");
  }

  @Test
  void externalDataOfAFileThatTheManifestDoesNotListIsRefused() {
    graph.setInitializer(0, weight("w", "other.safetensors", "0", "24"));
    assertProblems("w: expected a weight file that deltaport.json lists, found other.safetensors");
  }

  @Test
  void externalDataWithMoreThanItsPlaceIsRefused() {
    graph.getInitializerBuilder(0).addExternalData(entry("checksum", "0"));
    List<Problem> problems = problems();
    assertEquals(1, problems.size());
    assertTrue(problems.get(0).toString().contains("checksum=0"), problems::toString);
  }

  @Test
  void externalDataBeyondItsFileIsRefused() {
    graph.setInitializer(0, weight("w", Manifests.WEIGHTS, "977", "24"));
    List<Problem> problems = problems();
    assertEquals(1, problems.size());
    assertTrue(
        problems
            .get(0)
            .toString()
            .startsWith("g.onnx: w: expected offset and length within the 1000 bytes of"));
  }

  private List<Problem> problems() {
    return GraphCheck.problems("g.onnx", model.build(), Manifests.manifest());
  }

  private void assertProblems(String... expected) {
    List<String> found = problems().stream().map(Problem::toString).toList();
    assertEquals(expected.length, found.size(), found.toString());
    for (int i = 0; i < expected.length; i++) {
      assertEquals("g.onnx: " + expected[i], found.get(i));
    }
  }

  private static AttributeProto attribute(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type).build();
  }

  private static TensorProto weight(String name, String location, String offset, String length) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(FLOAT)
        .addDims(6)
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", offset))
        .addExternalData(entry("length", length))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static ValueInfoProto value(String name, int type, Object... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Object dim : dims) {
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      if (dim instanceof Integer size) {
        dimension.setDimValue(size);
      } else {
        dimension.setDimParam(dim.toString());
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }
}
