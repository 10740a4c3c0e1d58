package io.deltaport.converter.quantize;

import io.deltaport.converter.rewrite.EncodedRows;
import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.rewrite.Feedback;
import io.deltaport.converter.rewrite.Floats;
import io.deltaport.converter.weights.Block;
import io.deltaport.converter.weights.Sizes;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * int8, symmetric: {@code w = scale * code}, one float16 scale for each {@code columns} of a row.
 *
 * @param columns that share a scale
 */
public record Int8Encoder(int columns) implements Encoder {
  private static final int LARGEST = 127;

  @Override
  public Format format() {
    return Format.INT8;
  }

  @Override
  public Block block() {
    return new Block(1, columns);
  }

  @Override
  public List<Float> codebook() {
    return List.of();
  }

  @Override
  public DType dataType() {
    return DType.I8;
  }

  @Override
  public Shape dataShape(Shape weight) {
    return weight;
  }

  @Override
  public Optional<Shape> scaleShape(Shape weight) {
    return Optional.of(Shape.of(weight.dim(0), Sizes.ceilDiv(weight.dim(1), columns)));
  }

  @Override
  public void encode(
      String name, float[] values, int rows, int width, Feedback feedback, EncodedRows out) {
    Scales.requireFinite(name, values, rows * width);
    for (int row = 0; row < rows; row++) {
      for (int begin = 0; begin < width; begin += columns) {
        int from = row * width + begin;
        block(name, values, from, row * width + Math.min(width, begin + columns), out);
      }
    }
  }

  private static void block(String name, float[] values, int from, int until, EncodedRows out) {
    short bits = Scales.toF16(name, Scales.largest(values, from, until) / LARGEST);
    float scale = Floats.fromF16(bits);
    out.scales().putShort(bits);
    for (int i = from; i < until; i++) {
      int code = scale == 0 ? 0 : Math.round(values[i] / scale);
      out.data().put((byte) Math.max(-LARGEST, Math.min(LARGEST, code)));
    }
  }
}
