package io.deltaport.runtime.session;

import ai.onnxruntime.OnnxJavaType;
import io.deltaport.directory.graph.ElementType;

/** Element types that runs take and give. */
public enum TensorType {
  INT32(OnnxJavaType.INT32, 4),
  INT64(OnnxJavaType.INT64, 8),
  FLOAT32(OnnxJavaType.FLOAT, 4);

  private final OnnxJavaType onnx;
  private final int bytes;

  TensorType(OnnxJavaType onnx, int bytes) {
    this.onnx = onnx;
    this.bytes = bytes;
  }

  /** That of a port. */
  public static TensorType of(ElementType type) {
    return switch (type) {
      case INT32 -> INT32;
      case INT64 -> INT64;
      case FLOAT -> FLOAT32;
      case UINT8, INT8, FLOAT16, BFLOAT16, FLOAT8E4M3FN ->
          throw new IllegalArgumentException("no port has elements of " + type);
    };
  }

  OnnxJavaType onnx() {
    return onnx;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
