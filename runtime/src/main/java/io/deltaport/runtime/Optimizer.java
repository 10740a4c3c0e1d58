package io.deltaport.runtime;

/** Level of ONNX Runtime's graph optimiser. */
public enum Optimizer {
  OFF,
  BASIC,
  ALL
}
