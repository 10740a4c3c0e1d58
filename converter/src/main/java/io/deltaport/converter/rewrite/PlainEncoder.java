package io.deltaport.converter.rewrite;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Block;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** float32, float16 or bfloat16, rounded to nearest. */
public enum PlainEncoder implements Encoder {
  F32(Format.F32, DType.F32) {
    @Override
    void put(float value, ByteBuffer out) {
      out.putFloat(value);
    }
  },
  F16(Format.F16, DType.F16) {
    @Override
    void put(float value, ByteBuffer out) {
      out.putShort(Floats.toF16(value));
    }

    @Override
    boolean holds(float value) {
      return (Floats.toF16(value) & 0x7fff) != 0x7c00 || Float.isInfinite(value);
    }
  },
  BF16(Format.BF16, DType.BF16) {
    @Override
    void put(float value, ByteBuffer out) {
      out.putShort(Floats.toBf16(value));
    }

    @Override
    boolean holds(float value) {
      return (Floats.toBf16(value) & 0x7fff) != 0x7f80 || Float.isInfinite(value);
    }
  };

  private final Format format;
  private final DType dataType;

  PlainEncoder(Format format, DType dataType) {
    this.format = format;
    this.dataType = dataType;
  }

  abstract void put(float value, ByteBuffer out);

  /** Whether a value stays finite if it is. */
  boolean holds(float value) {
    return true;
  }

  @Override
  public Format format() {
    return format;
  }

  @Override
  public Block block() {
    return Block.NONE;
  }

  @Override
  public List<Float> codebook() {
    return List.of();
  }

  @Override
  public DType dataType() {
    return dataType;
  }

  @Override
  public Shape dataShape(Shape weight) {
    return weight;
  }

  @Override
  public Optional<Shape> scaleShape(Shape weight) {
    return Optional.empty();
  }

  @Override
  public void encode(
      String name, float[] values, int rows, int columns, Feedback feedback, EncodedRows out) {
    for (int i = 0; i < rows * columns; i++) {
      if (!holds(values[i])) {
        throw new ConverterException(
            new Problem(name, "values within the range of " + format, "" + values[i]));
      }
      put(values[i], out.data());
    }
  }
}
