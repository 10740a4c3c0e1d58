package io.deltaport.kernels;

/** A part of the state that a layer keeps, addressed by a slot or a block. */
public enum StatePart {
  /** Of a linear layer: f32 {@code [kernel-1, conv_dim]}, oldest first. */
  CONV(0),
  /** Of a linear layer: f32 {@code [v_heads, k_dim, v_dim]}. */
  RECURRENT(1),
  /**
   * Of a full-attention layer: {@code [kv_heads, block, head_dim]}; int8 ends in f32 scales {@code
   * [kv_heads, block]}.
   */
  KEY(2),
  /** Like {@link #KEY}. */
  VALUE(3);

  final int code;

  StatePart(int code) {
    this.code = code;
  }
}
