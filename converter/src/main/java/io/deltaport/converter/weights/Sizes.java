package io.deltaport.converter.weights;

/** Arithmetic on sizes. */
public final class Sizes {
  private Sizes() {}

  /** The number of parts of {@code size} that cover {@code total}. */
  public static long ceilDiv(long total, long size) {
    return total / size + (total % size == 0 ? 0 : 1);
  }
}
