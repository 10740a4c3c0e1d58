package io.deltaport.converter.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import io.deltaport.directory.graph.AttributeType;
import java.util.List;

/** The value of a node attribute. */
public sealed interface Attribute {
  AttributeType type();

  /** Sets the field that holds values of this type. */
  void fill(AttributeProto.Builder proto);

  record Int(long value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.INT;
    }

    @Override
    public void fill(AttributeProto.Builder proto) {
      proto.setI(value);
    }
  }

  record Decimal(float value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.FLOAT;
    }

    @Override
    public void fill(AttributeProto.Builder proto) {
      proto.setF(value);
    }
  }

  record Text(String value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.STRING;
    }

    @Override
    public void fill(AttributeProto.Builder proto) {
      proto.setS(ByteString.copyFromUtf8(value));
    }
  }

  record Ints(List<Long> values) implements Attribute {
    public Ints {
      values = List.copyOf(values);
    }

    @Override
    public AttributeType type() {
      return AttributeType.INTS;
    }

    @Override
    public void fill(AttributeProto.Builder proto) {
      proto.addAllInts(values);
    }
  }

  record Decimals(List<Float> values) implements Attribute {
    public Decimals {
      values = List.copyOf(values);
    }

    @Override
    public AttributeType type() {
      return AttributeType.FLOATS;
    }

    @Override
    public void fill(AttributeProto.Builder proto) {
      proto.addAllFloats(values);
    }
  }
}
