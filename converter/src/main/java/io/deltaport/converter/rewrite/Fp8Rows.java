package io.deltaport.converter.rewrite;

import static java.lang.Math.multiplyExact;
import static java.lang.Math.toIntExact;

import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.Weight;

/** Rows of an FP8 weight, each value times the scale of its block. */
final class Fp8Rows implements Rows {
  private final Weight weight;
  private final Part scales;
  private final ShardBytes bytes;

  Fp8Rows(Weight weight, ShardBytes bytes) {
    this.weight = weight;
    this.scales = weight.scales().orElseThrow();
    this.bytes = bytes;
  }

  @Override
  public void read(long first, int count, float[] values) {
    int columns = toIntExact(weight.shape().dim(1));
    int length = multiplyExact(columns, count);
    Floats.read(
        weight.data().dtype(), bytes.read(weight.data(), first * columns, length), values, length);
    int blocks = toIntExact(scales.shape().dim(1));
    float[] scale = new float[blocks];
    for (int row = 0; row < count; row++) {
      if (row == 0 || (first + row) % weight.block().rows() == 0) {
        readScales((first + row) / weight.block().rows(), scale);
      }
      for (int column = 0; column < columns; column++) {
        values[row * columns + column] *= scale[(int) (column / weight.block().columns())];
      }
    }
  }

  private void readScales(long row, float[] scale) {
    int width = scales.dtype().bits() / 8;
    Floats.read(
        scales.dtype(),
        bytes.read(scales, row * scale.length * width, scale.length * width),
        scale,
        scale.length);
  }
}
