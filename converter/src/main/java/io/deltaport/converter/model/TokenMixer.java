package io.deltaport.converter.model;

import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Op;
import io.deltaport.converter.onnx.Value;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.RopeParameters;
import io.deltaport.loader.config.RopeParameters.Dynamic;
import io.deltaport.loader.config.RopeParameters.LongRope;
import java.util.List;

/**
 * What mixes tokens in a decoder layer: {@code [tokens, hidden]} in, {@code [tokens, hidden]} out.
 */
final class TokenMixer {
  private final GraphParts parts;
  private final ModelConfig config;

  TokenMixer(GraphParts parts) {
    this.parts = parts;
    this.config = parts.config();
  }

  /** {@code Qwen3NextGatedDeltaNet}. */
  Value linearAttention(String module, int layer, Value x) {
    Node.Builder node =
        Node.of(Op.GATED_DELTA_NET, module)
            .input(
                "qkvz", parts.linear(module + ".in_proj_qkvz", x)) // [tokens, 2 * key + 2 * value]
            .input("ba", parts.exactLinear(module + ".in_proj_ba", x)) // [tokens, 2 * v_heads]
            .input("conv_weight", parts.plain(module + ".conv1d.weight"))
            .input("a_log", parts.plain(module + ".A_log"))
            .input("dt_bias", parts.plain(module + ".dt_bias"))
            .input("norm_weight", parts.plain(module + ".norm.weight"))
            .input("cu_seq_lens", parts.input(GraphInput.CU_SEQ_LENS))
            .input("load_rows", parts.input(GraphInput.LOAD_ROWS))
            .input("save_rows", parts.input(GraphInput.SAVE_ROWS))
            .input("state", parts.input(GraphInput.STATE))
            .attribute("layer", layer)
            .attribute("activation", config.hiddenAct())
            .attribute("epsilon", (float) config.rmsNormEps())
            .attribute("k_heads", config.deltaNet().kHeads())
            .attribute("k_dim", config.deltaNet().kDim());
    return parts.exactLinear(module + ".out_proj", parts.graph().add(node)); // [tokens, hidden]
  }

  /** {@code Qwen3NextAttention}. */
  Value fullAttention(String module, int layer, Value x, Value cosSin) {
    Node.Builder node =
        Node.of(Op.GATED_ATTENTION, module)
            .input(
                "q_gate", parts.linear(module + ".q_proj", x)) // [tokens, q_heads * 2 * head_dim]
            .input("k", parts.linear(module + ".k_proj", x)) // [tokens, kv_heads * head_dim]
            .input("v", parts.linear(module + ".v_proj", x)) // [tokens, kv_heads * head_dim]
            .input("q_norm", parts.plain(module + ".q_norm.weight"))
            .input("k_norm", parts.plain(module + ".k_norm.weight"))
            .input("cos_sin", cosSin)
            .input("cu_seq_lens", parts.input(GraphInput.CU_SEQ_LENS))
            .input("past_lens", parts.input(GraphInput.PAST_LENS))
            .input("block_table", parts.input(GraphInput.BLOCK_TABLE))
            .input("state", parts.input(GraphInput.STATE))
            .attribute("layer", layer)
            .attribute("epsilon", (float) config.rmsNormEps());
    return parts.linear(module + ".o_proj", parts.graph().add(node)); // [tokens, hidden]
  }

  /**
   * {@code Qwen3NextRotaryEmbedding}: {@code [tokens, rotary]}, cosines then sines; once a graph.
   */
  Value rotaryTable() {
    RopeParameters rope = config.attention().rope();
    long dim = config.attention().rotaryDim();
    List<List<Float>> frequencies =
        new RotaryFrequencies(config.attention().headDim(), dim, rope.ropeTheta()).of(rope);
    Initializer.Inline table =
        Initializer.Inline.ofFloats(
            "rotary_emb.inv_freq",
            List.of((long) frequencies.size(), (long) frequencies.get(0).size()),
            frequencies.stream().flatMap(List::stream).toList());
    return parts
        .graph()
        .add(
            Node.of(Op.ROTARY_TABLE, "rotary_emb")
                .input("positions", parts.input(GraphInput.POSITIONS))
                .input("past_lens", parts.input(GraphInput.PAST_LENS))
                .input("cu_seq_lens", parts.input(GraphInput.CU_SEQ_LENS))
                .input("inv_freq", parts.graph().initializer(table))
                .attribute("type", rope.ropeType())
                .attribute("theta", (float) rope.ropeTheta())
                .attribute("dim", dim)
                .attribute("attention_factor", (float) rope.attentionFactor())
                .attribute("original_max", originalMax(rope))
                .attribute(
                    "factor", rope instanceof Dynamic dynamic ? (float) dynamic.factor() : 1f));
  }

  /**
   * The length up to which a sequence uses the first row; asked only of the types that choose by
   * length.
   */
  private static long originalMax(RopeParameters rope) {
    if (rope instanceof Dynamic dynamic) {
      return dynamic.maxPositionEmbeddings();
    }
    return rope instanceof LongRope longRope ? longRope.originalMaxPositionEmbeddings() : 0;
  }
}
