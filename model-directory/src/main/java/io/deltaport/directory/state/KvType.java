package io.deltaport.directory.state;

/** The element type of key and value caches. */
public enum KvType {
  /** float32. */
  F32(0) {
    @Override
    long bytes(long headDim) {
      return 4 * headDim;
    }
  },
  /** bfloat16, rounded to nearest even. */
  BF16(1) {
    @Override
    long bytes(long headDim) {
      return 2 * headDim;
    }
  },
  /** int8 with one float32 scale a token and head. */
  INT8(2) {
    @Override
    long bytes(long headDim) {
      return headDim + Float.BYTES;
    }
  };

  private final int code;

  KvType(int code) {
    this.code = code;
  }

  /** The number of {@code dp_kv_type}. */
  public int code() {
    return code;
  }

  /** Bytes of the key, or the value, of one token and head. */
  abstract long bytes(long headDim);
}
