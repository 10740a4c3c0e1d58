package io.deltaport.directory.graph;

import java.util.Arrays;
import java.util.Optional;

/** How a weight is stored, with its code of {@code docs/ops.md}. */
public enum Format {
  F32(1, 32),
  F16(10, 16),
  BF16(16, 16),
  /** {@code float8_e4m3fn} with one scale a block. */
  FP8(17, 8),
  INT8(3, 8),
  /** Two values a byte, the even one in the low nibble. */
  INT4(22, 4),
  /** {@code float4_e2m1fn}, packed likewise, with one scale a block and one factor. */
  FP4(23, 4),
  /** {@code float8_e8m0fnu}, a power of two: scales of {@link #FP4} only, no weight. */
  E8M0(24, 8);

  private final int code;
  private final int bits;

  Format(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** The format of a number in a graph. */
  public static Optional<Format> of(long code) {
    return Arrays.stream(values()).filter(format -> format.code == code).findFirst();
  }

  /** The number that stands for this format in a graph. */
  public int code() {
    return code;
  }

  /** True where a weight of this format has no scales. */
  public boolean plain() {
    return switch (this) {
      case F32, F16, BF16 -> true;
      case FP8, INT8, INT4, FP4, E8M0 -> false;
    };
  }

  /** Whether a weight of this format may have scales of that one. */
  public boolean takes(Format scales) {
    return switch (this) {
      case F32, F16, BF16, E8M0 -> false;
      case FP8, INT8, INT4 -> scales.plain();
      case FP4 -> scales == FP8 || scales == E8M0;
    };
  }

  /**
   * Bytes of a row of so many values, without scales.
   *
   * @throws ArithmeticException if they overflow
   */
  public long rowBytes(long values) {
    return Math.addExact(Math.multiplyExact(values, (long) bits), 7) / 8;
  }
}
