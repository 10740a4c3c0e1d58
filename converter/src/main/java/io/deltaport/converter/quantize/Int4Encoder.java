package io.deltaport.converter.quantize;

import io.deltaport.converter.rewrite.EncodedRows;
import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.rewrite.Floats;
import io.deltaport.converter.weights.Block;
import io.deltaport.converter.weights.Format;
import io.deltaport.converter.weights.Sizes;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * int4 by a codebook of 16 values that lie denser around zero, {@code w = scale * codebook[code]}.
 * The codebook is not symmetric, so the search over scales tries both signs: for each the largest
 * value is put on a number of places at the codebook's end, and the scale of the least squared
 * error is kept.
 *
 * @param columns that share a scale
 */
public record Int4Encoder(int columns) implements Encoder {
  /** From dense to sparse, the places of a bell-shaped distribution; the ends differ. */
  static final List<Float> CODEBOOK =
      List.of(
          -127f, -104f, -83f, -65f, -49f, -35f, -22f, -10f, 1f, 13f, 25f, 38f, 53f, 69f, 89f, 113f);

  private static final float END = 127f;
  private static final int STEPS = 12;
  private static final float STEP = 1.25f;
  private static final float[] VALUES = values();

  @Override
  public Format format() {
    return Format.INT4;
  }

  @Override
  public Block block() {
    return new Block(1, columns);
  }

  @Override
  public List<Float> codebook() {
    return CODEBOOK;
  }

  @Override
  public DType dataType() {
    return DType.U8;
  }

  @Override
  public Shape dataShape(Shape weight) {
    return Shape.of(weight.dim(0), Sizes.ceilDiv(weight.dim(1), 2));
  }

  @Override
  public Optional<Shape> scaleShape(Shape weight) {
    return Optional.of(Shape.of(weight.dim(0), Sizes.ceilDiv(weight.dim(1), columns)));
  }

  @Override
  public void encode(String name, float[] values, int rows, int width, EncodedRows out) {
    Scales.requireFinite(name, values, rows * width);
    byte[] codes = new byte[width + 1];
    for (int row = 0; row < rows; row++) {
      codes[width] = 0;
      for (int begin = 0; begin < width; begin += columns) {
        int from = row * width + begin;
        int until = row * width + Math.min(width, begin + columns);
        short bits = scale(name, values, from, until);
        out.scales().putShort(bits);
        codes(values, from, until, Floats.fromF16(bits), codes, begin);
      }
      for (int column = 0; column < width; column += 2) {
        out.data().put((byte) (codes[column] | codes[column + 1] << 4));
      }
    }
  }

  private static short scale(String name, float[] values, int from, int until) {
    float largest = Scales.largest(values, from, until);
    short best = Scales.toF16(name, largest / END);
    float least = Float.POSITIVE_INFINITY;
    for (int step = -STEPS; step <= STEPS; step++) {
      float magnitude = largest / (END + STEP * step);
      for (float scale : new float[] {magnitude, -magnitude}) {
        short bits = Scales.toF16(name, scale);
        float error = error(values, from, until, Floats.fromF16(bits));
        if (error < least) {
          least = error;
          best = bits;
        }
      }
    }
    return best;
  }

  private static float error(float[] values, int from, int until, float scale) {
    float inverse = scale == 0 ? 0 : 1 / scale;
    float error = 0;
    for (int i = from; i < until; i++) {
      float difference = values[i] - scale * VALUES[nearest(values[i] * inverse)];
      error += difference * difference;
    }
    return error;
  }

  private static void codes(
      float[] values, int from, int until, float scale, byte[] codes, int at) {
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = from; i < until; i++) {
      codes[at + i - from] = (byte) nearest(values[i] * inverse);
    }
  }

  /** The index of the codebook's nearest value, the lower of two equally near. */
  private static int nearest(float value) {
    int low = 0;
    for (int half = 8; half > 0; half /= 2) {
      int middle = low + half;
      if (middle < 16 && value > (VALUES[middle - 1] + VALUES[middle]) * 0.5f) {
        low = middle;
      }
    }
    return low;
  }

  private static float[] values() {
    float[] values = new float[CODEBOOK.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = CODEBOOK.get(i);
    }
    return values;
  }
}
