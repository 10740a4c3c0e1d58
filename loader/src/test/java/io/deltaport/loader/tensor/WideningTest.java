package io.deltaport.loader.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every bit pattern of the small formats against the definition of its format. */
final class WideningTest {
  /**
   * Sign, exponent and mantissa by the rule of IEEE 754, with no special values but zero and
   * subnormals.
   */
  private static double defined(int bits, int exponentBits, int mantissaBits, int bias) {
    int mantissa = bits & ((1 << mantissaBits) - 1);
    int exponent = (bits >> mantissaBits) & ((1 << exponentBits) - 1);
    double sign = (bits >> (mantissaBits + exponentBits) & 1) == 0 ? 1 : -1;
    double unit = Math.scalb(1.0, -mantissaBits);
    return exponent == 0
        ? sign * mantissa * unit * Math.scalb(1.0, 1 - bias)
        : sign * (1 + mantissa * unit) * Math.scalb(1.0, exponent - bias);
  }

  private static void assertSame(double expected, float found, String bits) {
    assertEquals(Float.floatToIntBits((float) expected), Float.floatToIntBits(found), bits);
  }

  @Test
  void everyFloat16() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float found = Widening.f16((short) bits);
      if ((bits & 0x7c00) != 0x7c00) {
        assertSame(defined(bits, 5, 10, 15), found, "f16 " + bits);
      } else if ((bits & 0x3ff) != 0) {
        assertTrue(Float.isNaN(found), "f16 " + bits);
      } else {
        assertEquals(bits < 0x8000 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY, found);
      }
    }
  }

  @Test
  void everyBfloat16() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertEquals(bits << 16, Float.floatToRawIntBits(Widening.bf16((short) bits)));
    }
  }

  @Test
  @DisplayName(
      "pitfall 21: float8 e4m3fn is decoded, has no infinity, and its largest value is 448")
  void everyFloat8E4m3() {
    for (int bits = 0; bits < 1 << 8; bits++) {
      float found = Widening.f8e4m3((byte) bits);
      if ((bits & 0x7f) == 0x7f) {
        assertTrue(Float.isNaN(found), "e4m3 " + bits);
      } else {
        assertSame(defined(bits, 4, 3, 7), found, "e4m3 " + bits);
      }
    }
    assertEquals(448f, Widening.f8e4m3((byte) 0x7e));
  }

  @Test
  void everyFloat8E5m2() {
    for (int bits = 0; bits < 1 << 8; bits++) {
      float found = Widening.f8e5m2((byte) bits);
      if ((bits & 0x7c) != 0x7c) {
        assertSame(defined(bits, 5, 2, 15), found, "e5m2 " + bits);
      } else if ((bits & 3) != 0) {
        assertTrue(Float.isNaN(found), "e5m2 " + bits);
      } else {
        assertTrue(Float.isInfinite(found), "e5m2 " + bits);
      }
    }
  }

  @Test
  void everyFloat8E8m0() {
    for (int bits = 0; bits < 255; bits++) {
      assertSame(Math.scalb(1.0, bits - 127), Widening.f8e8m0((byte) bits), "e8m0 " + bits);
    }
    assertTrue(Float.isNaN(Widening.f8e8m0((byte) 255)));
  }
}
