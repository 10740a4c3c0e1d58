package io.deltaport.runtime.options;

import io.deltaport.directory.state.KvType;

/** Which element type the key and value cache shall have. */
public enum KvCache {
  /** float32 in {@link Compute#EXACT}, bf16 in {@link Compute#FAST}. */
  AUTO,
  F32,
  BF16,
  INT8;

  /** The type that it has in a mode. */
  public KvType type(Compute compute) {
    return switch (this) {
      case AUTO ->
          switch (compute) {
            case EXACT -> KvType.F32;
            case FAST -> KvType.BF16;
          };
      case F32 -> KvType.F32;
      case BF16 -> KvType.BF16;
      case INT8 -> KvType.INT8;
    };
  }
}
