package io.deltaport.converter.rewrite;

import static java.lang.Math.multiplyExact;
import static java.lang.Math.toIntExact;

import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.Weight;
import io.deltaport.loader.tensor.DType;
import java.nio.ByteBuffer;

/** Rows of an FP4 weight: each value times the scale of its block and the weight's factor. */
final class Fp4Rows implements Rows {
  /** The values of {@code float4_e2m1fn}, the sign in the highest bit. */
  private static final float[] VALUES = {
    0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6
  };

  private final Weight weight;
  private final Part scales;
  private final ShardBytes bytes;
  private final float factor;

  Fp4Rows(Weight weight, ShardBytes bytes) {
    this.weight = weight;
    this.scales = weight.scales().orElseThrow();
    this.bytes = bytes;
    this.factor = Factors.of(weight, bytes);
  }

  @Override
  public void read(long first, int count, float[] values) {
    int columns = toIntExact(weight.shape().dim(1));
    int width = toIntExact(weight.data().shape().dim(1));
    int blocks = toIntExact(scales.shape().dim(1));
    ByteBuffer codes = bytes.read(weight.data(), first * width, multiplyExact(width, count));
    ByteBuffer each = bytes.read(scales, first * blocks, multiplyExact(blocks, count));
    float[] scale = new float[multiplyExact(blocks, count)];
    readScales(each, scale);
    int block = toIntExact(weight.block().columns());
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < columns; column++) {
        int pair = codes.get(row * width + column / 2);
        int code = column % 2 == 0 ? pair & 15 : (pair >> 4) & 15;
        values[row * columns + column] =
            VALUES[code] * (scale[row * blocks + column / block] * factor);
      }
    }
  }

  private void readScales(ByteBuffer stored, float[] scale) {
    if (scales.dtype() == DType.F8_E4M3) {
      Floats.read(DType.F8_E4M3, stored, scale, scale.length);
      return;
    }
    for (int i = 0; i < scale.length; i++) {
      scale[i] = Floats.powerOfTwo(stored.get());
    }
  }
}
