package io.deltaport.runtime.options;

/** How the kernels count. */
public enum Compute {
  /**
   * Weights widened, float32 products and sums in one fixed order, float32 KV cache: what parity is
   * measured in.
   */
  EXACT,
  /** bf16 or int8 dot products where the processor has them. */
  FAST
}
