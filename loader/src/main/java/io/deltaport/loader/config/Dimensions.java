package io.deltaport.loader.config;

/**
 * What follows from the sizes of a config; axes as in {@code docs/shapes.md}.
 *
 * @param qGate {@code q_heads * 2 * head_dim}: rows of {@code q_proj}, query and gate of each head
 *     side by side
 * @param kv {@code kv_heads * head_dim}: rows of {@code k_proj} and {@code v_proj}
 * @param attention {@code q_heads * head_dim}: columns of {@code o_proj}
 * @param key {@code k_heads * k_dim}
 * @param value {@code v_heads * v_dim}: columns of {@code out_proj}
 * @param convDim {@code 2 * key + value}: channels of the causal convolution
 * @param qkvz {@code 2 * key + 2 * value}: rows of {@code in_proj_qkvz}
 * @param ba {@code 2 * v_heads}: rows of {@code in_proj_ba}
 * @param rotaryDim {@code int(head_dim * partial_rotary_factor)}, what frequencies are computed
 *     over
 * @param rotary rotated dims of a head: {@code rotaryDim} rounded up to even; the whole head for
 *     {@code proportional}
 */
public record Dimensions(
    long qGate,
    long kv,
    long attention,
    long key,
    long value,
    long convDim,
    long qkvz,
    long ba,
    long rotaryDim,
    long rotary) {
  /** Of a config. */
  static Dimensions of(ModelConfig config) {
    long attention = Math.multiplyExact(config.numAttentionHeads(), config.headDim());
    long key = Math.multiplyExact(config.linearNumKeyHeads(), config.linearKeyHeadDim());
    long value = Math.multiplyExact(config.linearNumValueHeads(), config.linearValueHeadDim());
    return new Dimensions(
        2 * attention,
        Math.multiplyExact(config.numKeyValueHeads(), config.headDim()),
        attention,
        key,
        value,
        2 * key + value,
        2 * key + 2 * value,
        2 * config.linearNumValueHeads(),
        rotaryDim(config.headDim(), config.ropeParameters()),
        rotary(config.headDim(), config.ropeParameters()));
  }

  /** Rotated dims before rounding, as Python's {@code int} cuts them. */
  static long rotaryDim(long headDim, RopeParameters rope) {
    return (long) (headDim * rope.partialRotaryFactor());
  }

  /** Rotated dims of a head. */
  static long rotary(long headDim, RopeParameters rope) {
    return rope instanceof RopeParameters.Proportional
        ? headDim / 2 * 2
        : (rotaryDim(headDim, rope) + 1) / 2 * 2;
  }
}
