package io.deltaport.converter.rewrite;

import static java.lang.Math.multiplyExact;
import static java.lang.Math.toIntExact;

import io.deltaport.converter.weights.Part;

/** Rows of a float32, float16 or bfloat16 weight. */
record PlainRows(Part part, ShardBytes bytes) implements Rows {
  @Override
  public void read(long first, int count, float[] values) {
    long columns = part.shape().elements() / part.shape().dim(0);
    int length = toIntExact(multiplyExact(columns, count));
    int width = part.dtype().bits() / 8;
    Floats.read(
        part.dtype(),
        bytes.read(part, first * columns * width, multiplyExact(length, width)),
        values,
        length);
  }
}
