package io.deltaport.runtime.options;

/** Level of ONNX Runtime's graph optimiser. */
public enum Optimizer {
  OFF,
  BASIC,
  ALL
}
