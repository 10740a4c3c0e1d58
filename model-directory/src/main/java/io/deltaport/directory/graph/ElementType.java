package io.deltaport.directory.graph;

/**
 * The ONNX element types that a graph of this project uses. Names and codes are those of {@code
 * TensorProto}.
 */
public enum ElementType {
  FLOAT(1, 4),
  UINT8(2, 1),
  INT8(3, 1),
  INT32(6, 4),
  INT64(7, 8),
  FLOAT16(10, 2),
  BFLOAT16(16, 2),
  FLOAT8E4M3FN(17, 1);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number of this type in {@code TensorProto.DataType}. */
  public int code() {
    return code;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }

  /**
   * Bytes of a tensor of this type.
   *
   * @throws ArithmeticException if the product overflows
   */
  public long bytes(Iterable<Long> dims) {
    long product = bytes;
    for (long dim : dims) {
      product = Math.multiplyExact(product, dim);
    }
    return product;
  }
}
