package io.deltaport.converter.rewrite;

import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;

/**
 * A weight as rows of float32: {@code [rows, columns]}, all axes after the first in one. Safe for
 * several threads.
 */
public interface Rows {
  /** Fills {@code values} with {@code count} rows from {@code first} on. */
  void read(long first, int count, float[] values);

  /** The rows of a weight of a checkpoint. */
  static Rows of(StoredWeight source, ShardBytes bytes) {
    return source.map(weight -> of(weight, bytes), packed -> new PackedRows(packed, bytes));
  }

  private static Rows of(Weight weight, ShardBytes bytes) {
    return switch (weight.format()) {
      case F32, F16, BF16 -> new PlainRows(weight.data(), bytes);
      case FP8 -> new Fp8Rows(weight, bytes);
      case FP4 -> new Fp4Rows(weight, bytes);
      case INT8, INT4, E8M0 ->
          throw new IllegalStateException("no checkpoint stores " + weight.format());
    };
  }
}
