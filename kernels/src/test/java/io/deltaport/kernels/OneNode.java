package io.deltaport.kernels;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes a graph of one own op. */
final class OneNode {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("one_node");
  private final NodeProto.Builder node;

  OneNode(String op, String name) {
    node = NodeProto.newBuilder().setOpType(op).setName(name).setDomain("ai.deltaport");
  }

  /** An input of the graph with this many open dims. */
  OneNode input(String name, int type, int rank) {
    graph.addInput(value(name, type, rank));
    node.addInput(name);
    return this;
  }

  OneNode absent() {
    node.addInput("");
    return this;
  }

  OneNode constant(String name, long[] values, long... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return constant(name, TensorProto.DataType.INT64_VALUE, bytes, dims);
  }

  OneNode constant(String name, float[] values, long... dims) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return constant(name, TensorProto.DataType.FLOAT_VALUE, bytes, dims);
  }

  private OneNode constant(String name, int type, ByteBuffer bytes, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    graph.addInitializer(tensor.setRawData(ByteString.copyFrom(bytes)));
    node.addInput(name);
    return this;
  }

  OneNode output(String name, int type, int rank) {
    graph.addOutput(value(name, type, rank));
    node.addOutput(name);
    return this;
  }

  OneNode attribute(String name, float value) {
    return add(name, AttributeProto.AttributeType.FLOAT, AttributeProto.newBuilder().setF(value));
  }

  OneNode attribute(String name, long value) {
    return add(name, AttributeProto.AttributeType.INT, AttributeProto.newBuilder().setI(value));
  }

  OneNode attribute(String name, String value) {
    return add(
        name,
        AttributeProto.AttributeType.STRING,
        AttributeProto.newBuilder().setS(ByteString.copyFromUtf8(value)));
  }

  OneNode attribute(String name, float[] values) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder();
    for (float value : values) {
      attribute.addFloats(value);
    }
    return add(name, AttributeProto.AttributeType.FLOATS, attribute);
  }

  OneNode attribute(String name, long[] values) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder();
    for (long value : values) {
      attribute.addInts(value);
    }
    return add(name, AttributeProto.AttributeType.INTS, attribute);
  }

  private OneNode add(
      String name, AttributeProto.AttributeType type, AttributeProto.Builder attribute) {
    node.addAttribute(attribute.setName(name).setType(type));
    return this;
  }

  byte[] bytes() {
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .setGraph(graph.clone().addNode(node))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.deltaport").setVersion(1))
        .build()
        .toByteArray();
  }

  private static ValueInfoProto value(String name, int type, int rank) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int i = 0; i < rank; i++) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(name + "_" + i));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
