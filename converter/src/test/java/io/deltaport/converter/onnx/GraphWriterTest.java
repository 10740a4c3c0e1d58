package io.deltaport.converter.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.ValueInfo;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GraphWriterTest {
  @Test
  void opsets() throws Exception {
    ModelProto model = ModelProto.parseFrom(write(graph()));
    assertEquals("tool", model.getProducerName());
    assertEquals("1.2", model.getProducerVersion());
    assertEquals(
        Map.of("", 21L, Op.DOMAIN, 1L),
        model.getOpsetImportList().stream()
            .collect(Collectors.toMap(o -> o.getDomain(), o -> o.getVersion())));
  }

  @Test
  void inputsAndOutputsHaveTheirDims() throws Exception {
    GraphProto graph = parsed();
    assertEquals("x", graph.getInput(0).getName());
    var shape = graph.getInput(0).getType().getTensorType().getShape();
    assertEquals("tokens", shape.getDim(0).getDimParam());
    assertEquals(6, shape.getDim(1).getDimValue());
    assertEquals(
        ElementType.FLOAT.code(), graph.getOutput(0).getType().getTensorType().getElemType());
  }

  @Test
  void anExternalInitializerIsARangeOfAFile() throws Exception {
    TensorProto weight = initializer("w");
    assertEquals(TensorProto.DataLocation.EXTERNAL, weight.getDataLocation());
    assertEquals(
        Map.of("location", "m.safetensors", "offset", "40", "length", "48"),
        weight.getExternalDataList().stream()
            .collect(
                Collectors.toMap(
                    StringStringEntryProto::getKey, StringStringEntryProto::getValue)));
    assertFalse(weight.hasRawData());
    assertEquals(List.of(4L, 6L), weight.getDimsList());
  }

  @Test
  void anInlineInitializerHasItsBytes() throws Exception {
    TensorProto table = initializer("inv_freq");
    assertArrayEquals(
        new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40}, table.getRawData().toByteArray());
    assertEquals(0, table.getExternalDataCount());
  }

  @Test
  void attributesOfEveryTypeAreWritten() throws Exception {
    NodeProto node = parsed().getNode(0);
    assertEquals(Op.DOMAIN, node.getDomain());
    Map<String, AttributeProto> attributes =
        node.getAttributeList().stream()
            .collect(Collectors.toMap(AttributeProto::getName, attribute -> attribute));
    assertAttribute(attributes, "exact", AttributeType.INT, AttributeProto::getI, 1L);
    assertAttribute(
        attributes, "block", AttributeType.INTS, AttributeProto::getIntsList, List.of(2L, 3L));
    assertAttribute(
        attributes,
        "codebook",
        AttributeType.FLOATS,
        AttributeProto::getFloatsList,
        List.of(0.5f, -1f));
    Map<String, AttributeProto> rotary =
        parsed().getNode(1).getAttributeList().stream()
            .collect(Collectors.toMap(AttributeProto::getName, attribute -> attribute));
    assertAttribute(rotary, "type", AttributeType.STRING, a -> a.getS().toStringUtf8(), "yarn");
    assertAttribute(rotary, "attention_factor", AttributeType.FLOAT, AttributeProto::getF, 1.25f);
  }

  @Test
  void anAbsentInputIsAnEmptyName() throws Exception {
    assertEquals(List.of("x", "w", "", "", "b"), parsed().getNode(0).getInputList());
  }

  @Test
  void equalGraphsGiveEqualBytes() throws Exception {
    assertArrayEquals(write(graph()), write(graph()));
  }

  private static <T> void assertAttribute(
      Map<String, AttributeProto> attributes,
      String name,
      AttributeType type,
      java.util.function.Function<AttributeProto, T> value,
      T expected) {
    AttributeProto attribute = attributes.get(name);
    assertEquals(type, attribute == null ? null : attribute.getType(), name);
    assertEquals(expected, attribute == null ? null : value.apply(attribute), name);
  }

  private static TensorProto initializer(String name) throws Exception {
    return parsed().getInitializerList().stream()
        .filter(tensor -> tensor.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static GraphProto parsed() throws Exception {
    return ModelProto.parseFrom(write(graph())).getGraph();
  }

  private static byte[] write(Graph graph) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new GraphWriter("tool", "1.2").write(graph, out);
    return out.toByteArray();
  }

  private static Graph graph() {
    GraphBuilder graph = new GraphBuilder("test");
    Value x = graph.input(ValueInfo.of("x", ElementType.FLOAT, Dim.of("tokens"), Dim.of(6)));
    Value positions = graph.input(ValueInfo.of("p", ElementType.INT64, Dim.of("tokens")));
    Value weight =
        graph.initializer(
            new Initializer.External(
                "w", ElementType.BFLOAT16, List.of(4L, 6L), "m.safetensors", 40, 48));
    Value bias =
        graph.initializer(
            new Initializer.External(
                "b", ElementType.BFLOAT16, List.of(4L), "m.safetensors", 88, 8));
    Value frequencies =
        graph.initializer(
            Initializer.Inline.ofFloats("inv_freq", List.of(1L, 2L), List.of(1f, 2f)));
    Value y =
        graph.add(
            Node.of(Op.LINEAR, "linear")
                .input("x", x)
                .input("weight", weight)
                .input("bias", bias)
                .attribute("format", 16)
                .attribute("exact", 1)
                .ints("block", List.of(2L, 3L))
                .floats("codebook", List.of(0.5f, -1f)));
    graph.add(
        Node.of(Op.ROTARY_TABLE, "rotary")
            .input("positions", positions)
            .input("past_lens", positions)
            .input("cu_seq_lens", positions)
            .input("inv_freq", frequencies)
            .attribute("type", "yarn")
            .attribute("attention_factor", 1.25f));
    graph.output(ValueInfo.of(y.name(), ElementType.FLOAT, Dim.of("tokens"), Dim.of(4)));
    return graph.build();
  }
}
