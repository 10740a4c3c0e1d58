package io.deltaport.loader.config;

/**
 * Gated DeltaNet, the linear attention; sizes in the words of {@code docs/shapes.md}.
 *
 * @param kHeads {@code linear_num_key_heads}, also heads of the queries
 * @param kDim {@code linear_key_head_dim}
 * @param vHeads {@code linear_num_value_heads}, a multiple of {@code kHeads}
 * @param vDim {@code linear_value_head_dim}
 * @param kernel {@code linear_conv_kernel_dim}: taps of the causal convolution
 */
public record DeltaNet(long kHeads, long kDim, long vHeads, long vDim, long kernel) {
  private static final long MOST_TAPS = 64;

  /** Checks. */
  public DeltaNet {
    Rules rules = new Rules();
    rules.range("linear_conv_kernel_dim", kernel, 2, MOST_TAPS);
    rules.range("linear_key_head_dim", kDim, 1, ModelConfig.MOST_FEATURES);
    rules.range("linear_value_head_dim", vDim, 1, ModelConfig.MOST_FEATURES);
    rules.range("linear_num_value_heads", vHeads, 1, ModelConfig.MOST_HEADS);
    if (rules.range("linear_num_key_heads", kHeads, 1, ModelConfig.MOST_HEADS)) {
      rules.multiple("linear_num_value_heads", vHeads, "linear_num_key_heads", kHeads);
    }
    rules.check();
  }

  /** {@code k_heads * k_dim}: width of all queries, and of all keys. */
  public long key() {
    return kHeads * kDim;
  }

  /** {@code v_heads * v_dim}: columns of {@code out_proj}. */
  public long value() {
    return vHeads * vDim;
  }

  /** {@code 2 * key + value}: channels of the causal convolution, in the order q, k, v. */
  public long convDim() {
    return 2 * key() + value();
  }

  /** {@code 2 * key + 2 * value}: rows of {@code in_proj_qkvz}. */
  public long qkvz() {
    return 2 * key() + 2 * value();
  }

  /** {@code 2 * v_heads}: rows of {@code in_proj_ba}. */
  public long ba() {
    return 2 * vHeads;
  }
}
