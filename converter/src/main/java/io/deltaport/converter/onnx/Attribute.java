package io.deltaport.converter.onnx;

import io.deltaport.directory.graph.AttributeType;
import java.util.List;

/** The value of a node attribute. */
public sealed interface Attribute {

  AttributeType type();

  record Int(long value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.INT;
    }
  }

  record Decimal(float value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.FLOAT;
    }
  }

  record Text(String value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.STRING;
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
  }

  record Decimals(List<Float> values) implements Attribute {
    public Decimals {
      values = List.copyOf(values);
    }

    @Override
    public AttributeType type() {
      return AttributeType.FLOATS;
    }
  }
}
