package io.deltaport.converter.onnx;

import java.util.List;

/** The value of a node attribute. */
public sealed interface Attribute {

  record Int(long value) implements Attribute {}

  record Decimal(float value) implements Attribute {}

  record Text(String value) implements Attribute {}

  record Ints(List<Long> values) implements Attribute {
    public Ints {
      values = List.copyOf(values);
    }
  }

  record Decimals(List<Float> values) implements Attribute {
    public Decimals {
      values = List.copyOf(values);
    }
  }
}
