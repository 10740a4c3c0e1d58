package io.deltaport.loader.tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The element types of the safetensors format, by the names used in its headers. */
public enum DType {
  BOOL(8),
  /** MXFP4 element, two in a byte. */
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  /** {@code float8_e4m3fn}: no infinity, NaN is 0x7f and 0xff. */
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  /** Two float32: real, imaginary. */
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  private static final Map<String, DType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(DType::name, type -> type));

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Bits an element. */
  public int bits() {
    return bits;
  }

  /** The type of that name, if the format has it. */
  public static Optional<DType> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /**
   * Bytes that so many elements take.
   *
   * @throws ArithmeticException if they pass 2^63 bits or end within a byte
   */
  public long bytes(long elements) {
    long total = Math.multiplyExact(elements, (long) bits);
    if (total % 8 != 0) {
      throw new ArithmeticException(elements + " elements of " + bits + " bits end within a byte");
    }
    return total / 8;
  }
}
