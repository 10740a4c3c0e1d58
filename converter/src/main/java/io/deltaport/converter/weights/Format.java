package io.deltaport.converter.weights;

/** How a weight is stored, with its code of {@code docs/ops.md}. */
public enum Format {
  F32(1),
  F16(10),
  BF16(16),
  /** {@code float8_e4m3fn} with one scale a block. */
  FP8(17),
  INT8(3),
  /** Two values a byte, the even one in the low nibble. */
  INT4(22),
  /** {@code float4_e2m1fn}, packed likewise, with one scale a block and one factor. */
  FP4(23);

  private final int code;

  Format(int code) {
    this.code = code;
  }

  /** The number that stands for this format in a graph. */
  public int code() {
    return code;
  }

  /** True where a weight of this format has no scales. */
  public boolean plain() {
    return switch (this) {
      case F32, F16, BF16 -> true;
      case FP8, INT8, INT4, FP4 -> false;
    };
  }
}
