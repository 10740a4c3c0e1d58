package io.deltaport.runtime.session;

import ai.onnxruntime.OnnxJavaType;

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

  OnnxJavaType onnx() {
    return onnx;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
