package io.deltaport.directory.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void codesAreFoundAgain() {
    for (Format format : Format.values()) {
      assertEquals(Optional.of(format), Format.of(format.code()));
    }
    assertTrue(Format.FP4.takes(Format.FP8));
    assertTrue(Format.FP4.takes(Format.E8M0));
    assertFalse(Format.FP4.takes(Format.F16));
    assertFalse(Format.FP8.takes(Format.E8M0));
    assertFalse(Format.BF16.takes(Format.F16));
    assertEquals(Optional.empty(), Format.of(2));
    assertEquals(Optional.empty(), Format.of(0));
  }

  @Test
  void aRowEndsWithItsLastByte() {
    assertEquals(20, Format.F32.rowBytes(5));
    assertEquals(10, Format.BF16.rowBytes(5));
    assertEquals(5, Format.FP8.rowBytes(5));
    assertEquals(3, Format.INT4.rowBytes(5));
    assertThrows(ArithmeticException.class, () -> Format.F16.rowBytes(Long.MAX_VALUE));
  }
}
