package io.deltaport.loader.config;

/**
 * Full attention with an output gate; sizes in the words of {@code docs/shapes.md}.
 *
 * @param qHeads {@code num_attention_heads}, a multiple of {@code kvHeads}
 * @param kvHeads {@code num_key_value_heads}
 * @param headDim {@code head_dim}
 * @param bias {@code attention_bias}: whether the four projections have biases
 * @param rope {@code rope_parameters}, {@code rope_scaling} or the keys beside them
 */
public record Attention(
    long qHeads, long kvHeads, long headDim, boolean bias, RopeParameters rope) {
  /** Checks. */
  public Attention {
    Rules rules = new Rules();
    rules.range("head_dim", headDim, 1, ModelConfig.MOST_FEATURES);
    rules.range("num_attention_heads", qHeads, 1, ModelConfig.MOST_HEADS);
    if (rules.range("num_key_value_heads", kvHeads, 1, ModelConfig.MOST_HEADS)) {
      rules.multiple("num_attention_heads", qHeads, "num_key_value_heads", kvHeads);
    }
    RopeRules.check(rules, headDim, rope);
    rules.check();
  }

  /** Rows of {@code q_proj}: query and gate of each head side by side. */
  public long qGate() {
    return 2 * q();
  }

  /** {@code q_heads * head_dim}: columns of {@code o_proj}. */
  public long q() {
    return qHeads * headDim;
  }

  /** {@code kv_heads * head_dim}: rows of {@code k_proj} and {@code v_proj}. */
  public long kv() {
    return kvHeads * headDim;
  }

  /**
   * {@code int(head_dim * partial_rotary_factor)}: what the frequencies are computed over, before
   * it is rounded up to pairs.
   */
  public long rotaryDim() {
    return rope.rotaryDim(headDim);
  }

  /** Rotated dims of a head. */
  public long rotary() {
    return rope.rotary(headDim);
  }
}
