package io.deltaport.kernels;

/** Element type of the key and value caches of a {@link NativePool}. */
public enum KvType {
  /** float32: exact mode's, unless another is asked for. */
  F32(0),
  /** bfloat16, rounded to nearest even. */
  BF16(1),
  /** int8 with one float32 scale a token and head. */
  INT8(2);

  final int code;

  KvType(int code) {
    this.code = code;
  }
}
