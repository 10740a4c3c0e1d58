package io.deltaport.runtime.options;

/** Where a model runs. */
public enum Device {
  /** On the processor. */
  CPU,
  /** On the first NVIDIA GPU; where that cannot be, opening a model says what is missing. */
  CUDA,
  /**
   * {@link #CUDA} where it works and the model fits, else {@link #CPU} with a note that says why.
   */
  AUTO
}
