package io.deltaport.loader.tensor;

/** Exact widening of the small float formats to float32. */
public final class Widening {
  private Widening() {}

  /** {@code bfloat16}: the upper half of a float32. */
  public static float bf16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** IEEE 754 binary16, subnormals and NaN payloads included. */
  public static float f16(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int mantissa = bits & 0x3ff;
    if (exponent == 0) {
      return signed(sign, mantissa * 0x1p-24f);
    }
    int biased = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | biased << 23 | mantissa << 13);
  }

  /** {@code float8_e4m3fn}: bias 7, no infinity, one NaN a sign. */
  public static float f8e4m3(byte bits) {
    int sign = (bits & 0x80) << 24;
    int exponent = (bits >> 3) & 0xf;
    int mantissa = bits & 7;
    if (exponent == 0xf && mantissa == 7) {
      return Float.NaN;
    }
    if (exponent == 0) {
      return signed(sign, mantissa * 0x1p-9f);
    }
    return Float.intBitsToFloat(sign | (exponent - 7 + 127) << 23 | mantissa << 20);
  }

  /** {@code float8_e5m2}: the upper half of a binary16. */
  public static float f8e5m2(byte bits) {
    return f16((short) (bits << 8));
  }

  /** {@code float8_e8m0}: a power of two, 2^(bits - 127); 255 is NaN. */
  public static float f8e8m0(byte bits) {
    int exponent = bits & 0xff;
    return exponent == 0xff ? Float.NaN : (float) Math.scalb(1.0, exponent - 127);
  }

  private static float signed(int sign, float magnitude) {
    return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
  }
}
