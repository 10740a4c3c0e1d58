package io.deltaport.converter.rewrite;

import io.deltaport.converter.weights.Formats;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Widening;
import java.nio.ByteBuffer;

/** Small float formats, to and from float32. */
public final class Floats {
  private Floats() {}

  /** Reads {@code count} values of a type that is a plain weight or FP8. */
  static void read(DType dtype, ByteBuffer bytes, float[] values, int count) {
    Format format =
        Formats.of(dtype).orElseThrow(() -> new IllegalStateException(dtype + " is no weight"));
    switch (format) {
      case F32 -> {
        for (int i = 0; i < count; i++) {
          values[i] = bytes.getFloat();
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = Widening.bf16(bytes.getShort());
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          values[i] = Widening.f16(bytes.getShort());
        }
      }
      case FP8 -> {
        for (int i = 0; i < count; i++) {
          values[i] = Widening.f8e4m3(bytes.get());
        }
      }
      case INT8, INT4, FP4, E8M0 -> throw new IllegalStateException(dtype + " is " + format);
    }
  }

  /** The value of a {@code float8_e8m0fnu}: an exponent plus 127, of which 255 is no number. */
  static float powerOfTwo(byte exponent) {
    int biased = exponent & 0xff;
    if (biased == 0xff) {
      return Float.NaN;
    }
    // 2^-127 is subnormal in float32.
    return biased == 0 ? 0x1p-127f : Float.intBitsToFloat(biased << 23);
  }

  /** The value of a binary16. */
  public static float fromF16(short bits) {
    return Widening.f16(bits);
  }

  /** {@code bfloat16}, rounded to nearest, ties to even. */
  static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /** IEEE 754 binary16, rounded to nearest, ties to even; infinite beyond its range. */
  public static short toF16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x7f800000) {
      return (short) (sign | 0x7c00 | (magnitude > 0x7f800000 ? 0x200 : 0));
    }
    if (magnitude >= 0x477ff000) {
      return (short) (sign | 0x7c00);
    }
    if (magnitude < 0x38800000) {
      // Subnormal: adding 0.5 leaves value * 2^24, rounded, in the low bits.
      float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(shifted) - 0x3f000000));
    }
    int rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return (short) (sign | ((rounded - 0x38000000) >>> 13));
  }
}
