package io.deltaport.directory.state;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.util.List;

/**
 * What one decoder layer keeps between tokens: a slot a sequence, or blocks of keys and values.
 * Sizes are in elements.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = StateLayer.LinearAttention.class, name = "linear_attention"),
  @JsonSubTypes.Type(value = StateLayer.FullAttention.class, name = "full_attention")
})
public sealed interface StateLayer {
  /** The {@code layer} attribute of the op that uses it. */
  int layer();

  /** The nine fields of {@code dp_layer} in {@code deltaport.h}, in its order. */
  List<Integer> fields();

  /** Bytes of the state of one sequence. */
  long slotBytes();

  /** Bytes of a block of keys and values of so many tokens. */
  long blockBytes(KvType kv, long tokens);

  /**
   * A layer of linear attention; both parts are float32.
   *
   * @param kernel taps of the convolution: {@code conv_state [slots, kernel-1, conv_dim]}
   * @param vHeads {@code recurrent_state [slots, v_heads, k_dim, v_dim]}
   */
  @JsonPropertyOrder({"type", "layer", "kernel", "conv_dim", "v_heads", "k_dim", "v_dim"})
  record LinearAttention(
      int layer,
      int kernel,
      @JsonProperty("conv_dim") int convDim,
      @JsonProperty("v_heads") int vHeads,
      @JsonProperty("k_dim") int kDim,
      @JsonProperty("v_dim") int vDim)
      implements StateLayer {
    /** Checks. */
    public LinearAttention {
      requireSizes(layer, kernel, convDim, vHeads, kDim, vDim);
      requireFits(layer, (double) kernel * convDim);
      requireFits(layer, (double) vHeads * kDim * vDim);
    }

    @Override
    public List<Integer> fields() {
      return List.of(layer, 0, kernel, convDim, vHeads, kDim, vDim, 0, 0);
    }

    @Override
    public long slotBytes() {
      long conv = (kernel - 1L) * convDim;
      long recurrent = (long) vHeads * kDim * vDim;
      return Float.BYTES * (conv + recurrent);
    }

    @Override
    public long blockBytes(KvType kv, long tokens) {
      return 0;
    }
  }

  /**
   * A layer of full attention: {@code key_cache} and {@code value_cache [blocks, kv_heads, block,
   * head_dim]}.
   */
  @JsonPropertyOrder({"type", "layer", "kv_heads", "head_dim"})
  record FullAttention(
      int layer, @JsonProperty("kv_heads") int kvHeads, @JsonProperty("head_dim") int headDim)
      implements StateLayer {
    /** Checks. */
    public FullAttention {
      requireSizes(layer, kvHeads, headDim);
      requireFits(layer, (double) kvHeads * headDim);
    }

    @Override
    public List<Integer> fields() {
      return List.of(layer, 1, 0, 0, 0, 0, 0, kvHeads, headDim);
    }

    @Override
    public long slotBytes() {
      return 0;
    }

    @Override
    public long blockBytes(KvType kv, long tokens) {
      return Math.multiplyExact(2L * kvHeads * kv.bytes(headDim), tokens);
    }
  }

  private static void requireSizes(int layer, int... sizes) {
    if (layer < 0) {
      throw wrong(layer, "a number from 0", Integer.toString(layer));
    }
    for (int size : sizes) {
      if (size <= 0) {
        throw wrong(layer, "positive sizes", Integer.toString(size));
      }
    }
  }

  private static void requireFits(int layer, double values) {
    if (values > 0x1p40) {
      throw wrong(layer, "at most 2^40 values", "more");
    }
  }

  private static CheckpointException wrong(int layer, String expected, String found) {
    return new CheckpointException(new Problem("state: layer " + layer, expected, found));
  }
}
