package io.deltaport.converter.model;

/** What becomes of the multi-token-prediction head of a checkpoint. */
public enum Mtp {
  /** It gets a graph and state of its own. */
  USED,
  /** Its tensors are dropped by a stated row. */
  DROPPED
}
