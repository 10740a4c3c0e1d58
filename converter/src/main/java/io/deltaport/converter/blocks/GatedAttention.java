package io.deltaport.converter.blocks;

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
import static java.lang.Math.toIntExact;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;
import io.deltaport.directory.state.StateLayer;
import io.deltaport.loader.config.Attention;

/**
 * Full attention with normed queries and keys and an output gate that the query projection makes
 * too: {@code Qwen3NextAttention}.
 */
public final class GatedAttention {
  private GatedAttention() {}

  /**
   * Attention over the tokens of a sequence and those that its state has.
   *
   * @param x {@code [tokens, hidden]}
   * @return {@code [tokens, hidden]}
   */
  public static Value of(LayerParts parts, String module, int layer, Value x) {
    Value cosSin = parts.rotary(); // [tokens, rotary]
    Value qGate = // [tokens, q_heads * 2 * head_dim]
        parts.linear(ATTENTION_Q.at(layer), ATTENTION_Q_BIAS.at(layer), x);
    Value k = // [tokens, kv_heads * head_dim]
        parts.linear(ATTENTION_K.at(layer), ATTENTION_K_BIAS.at(layer), x);
    Value v = // [tokens, kv_heads * head_dim]
        parts.linear(ATTENTION_V.at(layer), ATTENTION_V_BIAS.at(layer), x);
    Node.Builder node =
        Node.of(Op.GATED_ATTENTION, module)
            .input("q_gate", qGate)
            .input("k", k)
            .input("v", v)
            .input("q_norm", parts.plain(ATTENTION_Q_NORM.at(layer)))
            .input("k_norm", parts.plain(ATTENTION_K_NORM.at(layer)))
            .input("cos_sin", cosSin)
            .input("cu_seq_lens", parts.input(Port.CU_SEQ_LENS))
            .input("past_lens", parts.input(Port.PAST_LENS))
            .input("block_table", parts.input(Port.BLOCK_TABLE))
            .input("state", parts.input(Port.STATE))
            .attribute("layer", layer)
            .attribute("epsilon", (float) parts.config().rmsNormEps());
    parts.tap(Tap.MIXED, layer).ifPresent(name -> node.output("y", name));
    Value mixed = parts.graph().add(node); // [tokens, q_heads * head_dim]
    return parts.linear( // [tokens, hidden]
        ATTENTION_O.at(layer), ATTENTION_O_BIAS.at(layer), mixed);
  }

  /** What a layer keeps of a sequence. */
  public static StateLayer state(Attention sizes, int layer) {
    return new StateLayer.FullAttention(
        layer, toIntExact(sizes.kvHeads()), toIntExact(sizes.headDim()));
  }
}
