package io.deltaport.directory;

/** Whether a model is converted with its multi-token-prediction head. */
public enum Mtp {
  /** Its tensors are dropped by a stated row. */
  NONE,
  /** It gets a graph and state of its own. */
  HEAD
}
