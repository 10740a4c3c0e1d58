package io.deltaport.runtime.options;

/** Element type of the key and value cache. */
public enum KvType {
  /** float32 in {@link Compute#EXACT}, bf16 in {@link Compute#FAST}. */
  AUTO,
  F32,
  BF16,
  INT8
}
