package io.deltaport.converter.onnx;

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
import com.google.protobuf.ByteString;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.ValueInfo;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/** Writes a graph as an ONNX {@code ModelProto}. Equal graphs give equal bytes. */
public final class GraphWriter {
  private static final int IR_VERSION = 10;
  private static final int ONNX_OPSET = 21;

  private final String producer;
  private final String version;

  /** A writer that names this producer and version in the model. */
  public GraphWriter(String producer, String version) {
    this.producer = producer;
    this.version = version;
  }

  /** Writes the model; the stream stays open. */
  public void write(Graph graph, OutputStream out) throws IOException {
    ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName(producer)
        .setProducerVersion(version)
        .addOpsetImport(opset("", ONNX_OPSET))
        .addOpsetImport(opset(Op.DOMAIN, Op.VERSION))
        .setGraph(graph(graph))
        .build()
        .writeTo(out);
  }

  private static OperatorSetIdProto opset(String domain, int version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  private static GraphProto graph(Graph graph) {
    GraphProto.Builder proto = GraphProto.newBuilder().setName(graph.name());
    graph.inputs().forEach(input -> proto.addInput(valueInfo(input)));
    graph.outputs().forEach(output -> proto.addOutput(valueInfo(output)));
    graph.initializers().forEach(initializer -> proto.addInitializer(tensor(initializer)));
    graph.nodes().forEach(node -> proto.addNode(node(node)));
    return proto.build();
  }

  private static ValueInfoProto valueInfo(ValueInfo info) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (Dim dim : info.dims()) {
      TensorShapeProto.Dimension.Builder dimension = shape.addDimBuilder();
      dim.map(dimension::setDimValue, dimension::setDimParam);
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(info.type().code()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(info.name())
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static TensorProto tensor(Initializer initializer) {
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(initializer.name())
            .setDataType(initializer.type().code())
            .addAllDims(initializer.dims());
    return initializer
        .map(
            inline -> proto.setRawData(ByteString.copyFrom(inline.data())),
            external ->
                proto
                    .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                    .addExternalData(entry("location", external.location()))
                    .addExternalData(entry("offset", Long.toString(external.offset())))
                    .addExternalData(entry("length", Long.toString(external.length()))))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static NodeProto node(Node node) {
    NodeProto.Builder proto =
        NodeProto.newBuilder()
            .setName(node.name())
            .setDomain(Op.DOMAIN)
            .setOpType(node.op().type())
            .addAllInput(node.inputs())
            .addAllOutput(node.outputs());
    for (Map.Entry<String, Attribute> attribute : node.attributes().entrySet()) {
      proto.addAttribute(attribute(attribute.getKey(), attribute.getValue()));
    }
    return proto.build();
  }

  private static AttributeProto attribute(String name, Attribute attribute) {
    AttributeProto.Builder proto =
        AttributeProto.newBuilder()
            .setName(name)
            .setType(AttributeProto.AttributeType.valueOf(attribute.type().name()));
    attribute.fill(proto);
    return proto.build();
  }
}
