package io.deltaport.runtime.options;

/** Where the weights of experts stay while a model runs on a GPU. */
public enum Experts {
  /** On the GPU, as all other weights. */
  DEVICE,
  /**
   * In host memory: a step brings those that its tokens choose, and the GPU keeps the ones used
   * last. For a model that does not fit.
   */
  HOST
}
