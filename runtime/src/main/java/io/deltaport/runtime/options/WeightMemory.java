package io.deltaport.runtime.options;

/** Where the weights are while a model runs. */
public enum WeightMemory {
  /**
   * {@link #RESIDENT} where the weights take at most half of the available memory, else {@link
   * #MAPPED}.
   */
  AUTO,
  /** In the mapped files: nothing is copied, the system reads and drops pages as it needs. */
  MAPPED,
  /**
   * Copied once at load into large pages, in the form that the kernels like: faster, and needs the
   * memory.
   */
  RESIDENT
}
