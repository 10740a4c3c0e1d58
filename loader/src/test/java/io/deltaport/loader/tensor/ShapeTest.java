package io.deltaport.loader.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class ShapeTest {
  @Test
  void aScalarHasOneElement() {
    assertEquals(1, Shape.of().elements());
    assertEquals(0, Shape.of().rank());
  }

  @Test
  void anEmptyAxisMakesAnEmptyTensor() {
    assertEquals(0, Shape.of(3, 0, 5).elements());
  }

  @Test
  void sizesPassTwoToThe31() {
    assertEquals(1L << 40, Shape.of(1 << 20, 1 << 20).elements());
  }

  @Test
  void aProductBeyond63BitsIsRefused() {
    assertThrows(ArithmeticException.class, () -> Shape.of(1L << 62, 4));
  }

  @Test
  void aNegativeAxisIsRefused() {
    assertThrows(ArithmeticException.class, () -> Shape.of(2, -1));
  }

  @Test
  void bytesCountBits() {
    assertEquals(12, DType.F4.bytes(24));
    assertEquals(3, DType.F6_E2M3.bytes(4));
    assertEquals(80, DType.C64.bytes(10));
    assertThrows(ArithmeticException.class, () -> DType.F4.bytes(3));
    assertThrows(ArithmeticException.class, () -> DType.F64.bytes(Long.MAX_VALUE / 8));
  }
}
