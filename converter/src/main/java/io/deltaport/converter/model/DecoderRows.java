package io.deltaport.converter.model;

import io.deltaport.converter.model.WeightTable.Layers;
import io.deltaport.converter.weights.Role;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import java.util.function.Consumer;

/**
 * The weights of a decoder layer: those that the layers of every family have by the same names, and
 * the linear attention that a family adds.
 */
public final class DecoderRows {
  private final ModelConfig config;
  private final long hidden;
  private final Consumer<Layers> linearAttention;

  /**
   * The rows of a family.
   *
   * @param linearAttention adds the rows of its linear attention for the layers that it is given
   */
  public DecoderRows(ModelConfig config, Consumer<Layers> linearAttention) {
    this.config = config;
    this.hidden = config.hiddenSize();
    this.linearAttention = linearAttention;
  }

  /** The rows of some layers. */
  public void add(Layers layers) {
    layers.add("input_layernorm.weight", Role.MIXER_NORM, hidden);
    layers.add("post_attention_layernorm.weight", Role.MLP_NORM, hidden);
    linearAttention.accept(layers.with(LayerType.LINEAR_ATTENTION));
    selfAttention(layers.with(LayerType.FULL_ATTENTION));
    if (!layers.dense().isEmpty()) {
      mlp(layers.dense(), config.intermediateSize().orElseThrow(DecoderRows::noWidth));
    }
    if (!layers.sparse().isEmpty()) {
      sparseMlp(layers.sparse(), config.moe().orElseThrow());
    }
  }

  private static CheckpointException noWidth() {
    return CheckpointException.refused(
        "config.json: intermediate_size", "the width of a layer that has no router", "nothing");
  }

  private void selfAttention(Layers layers) {
    Attention sizes = config.attention();
    layers.add("self_attn.q_proj.weight", Role.ATTENTION_Q, sizes.qGate(), hidden);
    layers.add("self_attn.k_proj.weight", Role.ATTENTION_K, sizes.kv(), hidden);
    layers.add("self_attn.v_proj.weight", Role.ATTENTION_V, sizes.kv(), hidden);
    layers.add("self_attn.o_proj.weight", Role.ATTENTION_O, hidden, sizes.q());
    layers.add("self_attn.q_norm.weight", Role.ATTENTION_Q_NORM, sizes.headDim());
    layers.add("self_attn.k_norm.weight", Role.ATTENTION_K_NORM, sizes.headDim());
    if (sizes.bias()) {
      layers.add("self_attn.q_proj.bias", Role.ATTENTION_Q_BIAS, sizes.qGate());
      layers.add("self_attn.k_proj.bias", Role.ATTENTION_K_BIAS, sizes.kv());
      layers.add("self_attn.v_proj.bias", Role.ATTENTION_V_BIAS, sizes.kv());
      layers.add("self_attn.o_proj.bias", Role.ATTENTION_O_BIAS, hidden);
    }
  }

  private void mlp(Layers layers, long width) {
    layers.add("mlp.gate_proj.weight", Role.MLP_GATE, width, hidden);
    layers.add("mlp.up_proj.weight", Role.MLP_UP, width, hidden);
    layers.add("mlp.down_proj.weight", Role.MLP_DOWN, hidden, width);
  }

  private void sparseMlp(Layers layers, Moe moe) {
    long shared = moe.sharedIntermediate();
    layers.add("mlp.gate.weight", Role.ROUTER, moe.experts(), hidden);
    layers.add("mlp.shared_expert_gate.weight", Role.SHARED_EXPERT_GATE, 1, hidden);
    layers.add("mlp.shared_expert.gate_proj.weight", Role.SHARED_GATE, shared, hidden);
    layers.add("mlp.shared_expert.up_proj.weight", Role.SHARED_UP, shared, hidden);
    layers.add("mlp.shared_expert.down_proj.weight", Role.SHARED_DOWN, hidden, shared);
    layers.experts("mlp.experts", moe);
  }
}
