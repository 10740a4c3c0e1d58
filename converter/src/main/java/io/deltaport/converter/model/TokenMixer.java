package io.deltaport.converter.model;

import static io.deltaport.converter.weights.Role.ATTENTION_K;
import static io.deltaport.converter.weights.Role.ATTENTION_K_BIAS;
import static io.deltaport.converter.weights.Role.ATTENTION_K_NORM;
import static io.deltaport.converter.weights.Role.ATTENTION_O;
import static io.deltaport.converter.weights.Role.ATTENTION_O_BIAS;
import static io.deltaport.converter.weights.Role.ATTENTION_Q;
import static io.deltaport.converter.weights.Role.ATTENTION_Q_BIAS;
import static io.deltaport.converter.weights.Role.ATTENTION_Q_NORM;
import static io.deltaport.converter.weights.Role.ATTENTION_V;
import static io.deltaport.converter.weights.Role.ATTENTION_V_BIAS;
import static io.deltaport.converter.weights.Role.DELTA_A_LOG;
import static io.deltaport.converter.weights.Role.DELTA_BA;
import static io.deltaport.converter.weights.Role.DELTA_CONV;
import static io.deltaport.converter.weights.Role.DELTA_DT_BIAS;
import static io.deltaport.converter.weights.Role.DELTA_NORM;
import static io.deltaport.converter.weights.Role.DELTA_OUT;
import static io.deltaport.converter.weights.Role.DELTA_QKVZ;

import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.directory.graph.Op;
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
            .input("qkvz", parts.linear(DELTA_QKVZ.at(layer), x)) // [tokens, 2 * key + 2 * value]
            .input("ba", parts.exactLinear(DELTA_BA.at(layer), x)) // [tokens, 2 * v_heads]
            .input("conv_weight", parts.plain(DELTA_CONV.at(layer)))
            .input("a_log", parts.plain(DELTA_A_LOG.at(layer)))
            .input("dt_bias", parts.plain(DELTA_DT_BIAS.at(layer)))
            .input("norm_weight", parts.plain(DELTA_NORM.at(layer)))
            .input("cu_seq_lens", parts.input(GraphInput.CU_SEQ_LENS))
            .input("load_rows", parts.input(GraphInput.LOAD_ROWS))
            .input("save_rows", parts.input(GraphInput.SAVE_ROWS))
            .input("state", parts.input(GraphInput.STATE))
            .attribute("layer", layer)
            .attribute("activation", config.hiddenAct())
            .attribute("epsilon", (float) config.rmsNormEps())
            .attribute("k_heads", config.deltaNet().kHeads())
            .attribute("k_dim", config.deltaNet().kDim());
    return parts.exactLinear(DELTA_OUT.at(layer), parts.graph().add(node)); // [tokens, hidden]
  }

  /** {@code Qwen3NextAttention}. */
  Value fullAttention(String module, int layer, Value x, Value cosSin) {
    Node.Builder node =
        Node.of(Op.GATED_ATTENTION, module)
            .input(
                "q_gate",
                parts.linear(
                    ATTENTION_Q.at(layer),
                    ATTENTION_Q_BIAS.at(layer),
                    x)) // [tokens, q_heads * 2 * head_dim]
            .input(
                "k",
                parts.linear(
                    ATTENTION_K.at(layer),
                    ATTENTION_K_BIAS.at(layer),
                    x)) // [tokens, kv_heads * head_dim]
            .input(
                "v",
                parts.linear(
                    ATTENTION_V.at(layer),
                    ATTENTION_V_BIAS.at(layer),
                    x)) // [tokens, kv_heads * head_dim]
            .input("q_norm", parts.plain(ATTENTION_Q_NORM.at(layer)))
            .input("k_norm", parts.plain(ATTENTION_K_NORM.at(layer)))
            .input("cos_sin", cosSin)
            .input("cu_seq_lens", parts.input(GraphInput.CU_SEQ_LENS))
            .input("past_lens", parts.input(GraphInput.PAST_LENS))
            .input("block_table", parts.input(GraphInput.BLOCK_TABLE))
            .input("state", parts.input(GraphInput.STATE))
            .attribute("layer", layer)
            .attribute("epsilon", (float) config.rmsNormEps());
    return parts.linear(
        ATTENTION_O.at(layer),
        ATTENTION_O_BIAS.at(layer),
        parts.graph().add(node)); // [tokens, hidden]
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
