package io.deltaport.kernels;

/** The state that one decoder layer keeps in a {@link NativePool}. */
public sealed interface StateLayer {
  /** The {@code layer} attribute of the op that uses it. */
  int layer();

  /** The fields of {@code dp_layer}, in its order. */
  int[] fields();

  /**
   * A gated DeltaNet layer: conv state {@code [rows, kernel-1, conv_dim]} and recurrent state
   * {@code [rows, v_heads, k_dim, v_dim]}, both float32.
   */
  record Linear(int layer, int kernel, int convDim, int vHeads, int kDim, int vDim)
      implements StateLayer {
    public Linear {
      requirePositive("kernel", kernel);
      requirePositive("conv_dim", convDim);
      requirePositive("v_heads", vHeads);
      requirePositive("k_dim", kDim);
      requirePositive("v_dim", vDim);
    }

    @Override
    public int[] fields() {
      return new int[] {layer, 0, kernel, convDim, vHeads, kDim, vDim, 0, 0};
    }
  }

  /** A full-attention layer: key and value cache {@code [blocks, kv_heads, block, head_dim]}. */
  record FullAttention(int layer, int kvHeads, int headDim) implements StateLayer {
    public FullAttention {
      requirePositive("kv_heads", kvHeads);
      requirePositive("head_dim", headDim);
    }

    @Override
    public int[] fields() {
      return new int[] {layer, 1, 0, 0, 0, 0, 0, kvHeads, headDim};
    }
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new KernelException(name + ": expected at least 1, found " + value);
    }
  }
}
