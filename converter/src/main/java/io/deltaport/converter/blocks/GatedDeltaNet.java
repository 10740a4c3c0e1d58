package io.deltaport.converter.blocks;

import static io.deltaport.converter.weights.Role.DELTA_A;
import static io.deltaport.converter.weights.Role.DELTA_A_LOG;
import static io.deltaport.converter.weights.Role.DELTA_B;
import static io.deltaport.converter.weights.Role.DELTA_BA;
import static io.deltaport.converter.weights.Role.DELTA_CONV;
import static io.deltaport.converter.weights.Role.DELTA_DT_BIAS;
import static io.deltaport.converter.weights.Role.DELTA_NORM;
import static io.deltaport.converter.weights.Role.DELTA_OUT;
import static io.deltaport.converter.weights.Role.DELTA_QKV;
import static io.deltaport.converter.weights.Role.DELTA_QKVZ;
import static io.deltaport.converter.weights.Role.DELTA_Z;
import static java.lang.Math.toIntExact;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;
import io.deltaport.directory.state.StateLayer;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.ModelConfig;

/**
 * Gated DeltaNet, linear attention with a convolution and a recurrent state a head: {@code
 * Qwen3NextGatedDeltaNet}.
 */
public final class GatedDeltaNet {
  private GatedDeltaNet() {}

  /**
   * Its projections grouped by K head: query, key, values and gates of one head side by side.
   *
   * @param x {@code [tokens, hidden]}
   * @return {@code [tokens, hidden]}
   */
  public static Value grouped(LayerParts parts, String module, int layer, Value x) {
    Node.Builder node =
        Node.of(Op.GATED_DELTA_NET, module)
            .attribute("layout", "grouped")
            .input("qkvz", parts.linear(DELTA_QKVZ.at(layer), x)) // [tokens, 2 * key + 2 * value]
            .input("ba", parts.exactLinear(DELTA_BA.at(layer), x)); // [tokens, 2 * v_heads]
    return mixed(parts, node, layer);
  }

  /**
   * Its projections apart: queries, keys and values of all heads one after the other, then gates,
   * {@code b} and {@code a} each from a matrix of its own.
   *
   * @param x {@code [tokens, hidden]}
   * @return {@code [tokens, hidden]}
   */
  public static Value split(LayerParts parts, String module, int layer, Value x) {
    Node.Builder node =
        Node.of(Op.GATED_DELTA_NET, module)
            .attribute("layout", "split")
            .input("qkvz", parts.linear(DELTA_QKV.at(layer), x)) // [tokens, 2 * key + value]
            .input("ba", parts.exactLinear(DELTA_B.at(layer), x)) // [tokens, v_heads]
            .input("z", parts.linear(DELTA_Z.at(layer), x)) // [tokens, value]
            .input("a", parts.exactLinear(DELTA_A.at(layer), x)); // [tokens, v_heads]
    return mixed(parts, node, layer);
  }

  private static Value mixed(LayerParts parts, Node.Builder node, int layer) {
    ModelConfig config = parts.config();
    node.input("conv_weight", parts.plain(DELTA_CONV.at(layer)))
        .input("a_log", parts.plain(DELTA_A_LOG.at(layer)))
        .input("dt_bias", parts.plain(DELTA_DT_BIAS.at(layer)))
        .input("norm_weight", parts.plain(DELTA_NORM.at(layer)))
        .input("cu_seq_lens", parts.input(Port.CU_SEQ_LENS))
        .input("load_slots", parts.input(Port.LOAD_SLOTS))
        .input("save_slots", parts.input(Port.SAVE_SLOTS))
        .input("state", parts.input(Port.STATE))
        .attribute("layer", layer)
        .attribute("activation", config.hiddenAct())
        .attribute("epsilon", (float) config.rmsNormEps())
        .attribute("k_heads", config.deltaNet().kHeads())
        .attribute("k_dim", config.deltaNet().kDim());
    parts.tap(Tap.MIXED, layer).ifPresent(name -> node.output("y", name));
    Value y = parts.graph().add(node); // [tokens, v_heads * v_dim]
    return parts.exactLinear(DELTA_OUT.at(layer), y); // [tokens, hidden]
  }

  /** What a layer keeps of a sequence. */
  public static StateLayer state(DeltaNet sizes, int layer) {
    return new StateLayer.LinearAttention(
        layer,
        toIntExact(sizes.kernel()),
        toIntExact(sizes.convDim()),
        toIntExact(sizes.vHeads()),
        toIntExact(sizes.kDim()),
        toIntExact(sizes.vDim()));
  }
}
