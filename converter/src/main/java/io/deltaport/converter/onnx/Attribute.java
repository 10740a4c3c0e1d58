package io.deltaport.converter.onnx;

import io.deltaport.directory.graph.AttributeType;
import java.util.List;

/** The value of a node attribute. */
public sealed interface Attribute {

  AttributeType type();

  /** What one of several functions makes of it, by its type. */
  <R> R map(Cases<R> cases);

  /** A function for each type. */
  interface Cases<R> {
    R whole(long value);

    R decimal(float value);

    R text(String value);

    R wholes(List<Long> values);

    R decimals(List<Float> values);
  }

  record Int(long value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.INT;
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.whole(value);
    }
  }

  record Decimal(float value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.FLOAT;
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.decimal(value);
    }
  }

  record Text(String value) implements Attribute {
    @Override
    public AttributeType type() {
      return AttributeType.STRING;
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.text(value);
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
    public <R> R map(Cases<R> cases) {
      return cases.wholes(values);
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
    public <R> R map(Cases<R> cases) {
      return cases.decimals(values);
    }
  }
}
