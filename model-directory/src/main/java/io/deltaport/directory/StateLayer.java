package io.deltaport.directory;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import io.deltaport.loader.CheckpointException;

/**
 * What one decoder layer keeps between tokens: the fields of {@code dp_layer} in {@code
 * deltaport.h}, those of the other kind 0.
 *
 * @param layer the {@code layer} attribute of the op that uses it
 * @param kernel taps of the convolution: {@code conv_state [rows, kernel-1, conv_dim]}
 * @param vHeads {@code recurrent_state [rows, v_heads, k_dim, v_dim]}
 * @param kvHeads {@code key_cache}, {@code value_cache [blocks, kv_heads, block, head_dim]}
 */
@JsonPropertyOrder({
  "layer",
  "kind",
  "kernel",
  "conv_dim",
  "v_heads",
  "k_dim",
  "v_dim",
  "kv_heads",
  "head_dim"
})
public record StateLayer(
    int layer,
    Kind kind,
    int kernel,
    @JsonProperty("conv_dim") int convDim,
    @JsonProperty("v_heads") int vHeads,
    @JsonProperty("k_dim") int kDim,
    @JsonProperty("v_dim") int vDim,
    @JsonProperty("kv_heads") int kvHeads,
    @JsonProperty("head_dim") int headDim) {
  private static final double MOST_VALUES = 0x1p40;

  /** {@code dp_layer_kind}. */
  public enum Kind {
    LINEAR(0),
    FULL_ATTENTION(1);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** The number of {@code dp_layer_kind}. */
    @JsonValue
    public int code() {
      return code;
    }
  }

  /** Checks that sizes are there for the layer's kind only. */
  public StateLayer {
    boolean linear = kind == Kind.LINEAR;
    boolean linearSizes = kernel > 0 && convDim > 0 && vHeads > 0 && kDim > 0 && vDim > 0;
    boolean fullSizes = kvHeads > 0 && headDim > 0;
    boolean others =
        linear ? kvHeads == 0 && headDim == 0 : (kernel | convDim | vHeads | kDim | vDim) == 0;
    if (layer < 0 || !(linear ? linearSizes : fullSizes) || !others) {
      throw CheckpointException.refused(
          "state: layer " + layer,
          "positive sizes of its kind and zeros of the other",
          kind.name());
    }
    double largest = Math.max((double) vHeads * kDim * vDim, (double) kernel * convDim);
    if (Math.max(largest, (double) kvHeads * headDim) > MOST_VALUES) {
      throw CheckpointException.refused("state: layer " + layer, "at most 2^40 values", "more");
    }
  }

  /** A layer of linear attention. */
  public static StateLayer linear(
      int layer, int kernel, int convDim, int vHeads, int kDim, int vDim) {
    return new StateLayer(layer, Kind.LINEAR, kernel, convDim, vHeads, kDim, vDim, 0, 0);
  }

  /** A layer of full attention. */
  public static StateLayer fullAttention(int layer, int kvHeads, int headDim) {
    return new StateLayer(layer, Kind.FULL_ATTENTION, 0, 0, 0, 0, 0, kvHeads, headDim);
  }

  /** Bytes of its conv and recurrent state of one sequence, float32; 0 for full attention. */
  public long rowBytes() {
    long conv = (kernel - 1L) * convDim;
    long recurrent = (long) vHeads * kDim * vDim;
    return kind == Kind.LINEAR ? Float.BYTES * (conv + recurrent) : 0;
  }

  /** Bytes of its key and value of one token, float32; 0 for linear attention. */
  public long tokenBytes() {
    return 2L * Float.BYTES * kvHeads * headDim;
  }
}
