package io.deltaport.runtime;

/** Where the weights are while a model runs. */
public enum WeightMemory {
  /** In the mapped files: nothing is copied, the system reads and drops pages as it needs. */
  MAPPED,
  /** Copied once at load into large pages: faster, and needs the memory. */
  RESIDENT
}
