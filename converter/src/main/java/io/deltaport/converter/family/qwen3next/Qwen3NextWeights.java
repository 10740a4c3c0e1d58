package io.deltaport.converter.family.qwen3next;

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
import static io.deltaport.converter.weights.Role.MIXER_NORM;
import static io.deltaport.converter.weights.Role.MLP_DOWN;
import static io.deltaport.converter.weights.Role.MLP_GATE;
import static io.deltaport.converter.weights.Role.MLP_NORM;
import static io.deltaport.converter.weights.Role.MLP_UP;
import static io.deltaport.converter.weights.Role.ROUTER;
import static io.deltaport.converter.weights.Role.SHARED_DOWN;
import static io.deltaport.converter.weights.Role.SHARED_EXPERT_GATE;
import static io.deltaport.converter.weights.Role.SHARED_GATE;
import static io.deltaport.converter.weights.Role.SHARED_UP;

import io.deltaport.converter.model.Mtp;
import io.deltaport.converter.model.WeightTable;
import io.deltaport.converter.model.WeightTable.Layers;
import io.deltaport.converter.weights.Row;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import java.util.List;
import java.util.Set;

/**
 * The weights of a Qwen3-Next checkpoint: every name of {@code modeling_qwen3_next.py} and of the
 * MTP head that the official checkpoints carry.
 */
final class Qwen3NextWeights {
  private final ModelConfig config;
  private final long hidden;

  private Qwen3NextWeights(ModelConfig config) {
    this.config = config;
    this.hidden = config.hiddenSize();
  }

  static List<Row> rows(ModelConfig config, Set<String> names, Mtp mtp) {
    Qwen3NextWeights weights = new Qwen3NextWeights(config);
    WeightTable table = new WeightTable(config, names);
    table.backbone(weights::decoderLayer);
    table.head();
    table.mtp(mtp, weights::decoderLayer);
    return table.rows();
  }

  private void decoderLayer(Layers layers) {
    layers.add("input_layernorm.weight", MIXER_NORM, hidden);
    layers.add("post_attention_layernorm.weight", MLP_NORM, hidden);
    linearAttention(layers.with(LayerType.LINEAR_ATTENTION));
    selfAttention(layers.with(LayerType.FULL_ATTENTION));
    if (!layers.dense().isEmpty()) {
      mlp(layers.dense(), config.intermediateSize().orElseThrow());
    }
    if (!layers.sparse().isEmpty()) {
      sparseMlp(layers.sparse(), config.moe().orElseThrow());
    }
  }

  private void linearAttention(Layers layers) {
    DeltaNet sizes = config.deltaNet();
    layers.add("linear_attn.in_proj_qkvz.weight", DELTA_QKVZ, sizes.qkvz(), hidden);
    layers.add("linear_attn.in_proj_ba.weight", DELTA_BA, sizes.ba(), hidden);
    layers.add("linear_attn.conv1d.weight", DELTA_CONV, sizes.convDim(), 1, sizes.kernel());
    layers.add("linear_attn.A_log", DELTA_A_LOG, sizes.vHeads());
    layers.add("linear_attn.dt_bias", DELTA_DT_BIAS, sizes.vHeads());
    layers.add("linear_attn.norm.weight", DELTA_NORM, sizes.vDim());
    layers.add("linear_attn.out_proj.weight", DELTA_OUT, hidden, sizes.value());
  }

  private void selfAttention(Layers layers) {
    Attention sizes = config.attention();
    layers.add("self_attn.q_proj.weight", ATTENTION_Q, sizes.qGate(), hidden);
    layers.add("self_attn.k_proj.weight", ATTENTION_K, sizes.kv(), hidden);
    layers.add("self_attn.v_proj.weight", ATTENTION_V, sizes.kv(), hidden);
    layers.add("self_attn.o_proj.weight", ATTENTION_O, hidden, sizes.q());
    layers.add("self_attn.q_norm.weight", ATTENTION_Q_NORM, sizes.headDim());
    layers.add("self_attn.k_norm.weight", ATTENTION_K_NORM, sizes.headDim());
    if (sizes.bias()) {
      layers.add("self_attn.q_proj.bias", ATTENTION_Q_BIAS, sizes.qGate());
      layers.add("self_attn.k_proj.bias", ATTENTION_K_BIAS, sizes.kv());
      layers.add("self_attn.v_proj.bias", ATTENTION_V_BIAS, sizes.kv());
      layers.add("self_attn.o_proj.bias", ATTENTION_O_BIAS, hidden);
    }
  }

  private void mlp(Layers layers, long width) {
    layers.add("mlp.gate_proj.weight", MLP_GATE, width, hidden);
    layers.add("mlp.up_proj.weight", MLP_UP, width, hidden);
    layers.add("mlp.down_proj.weight", MLP_DOWN, hidden, width);
  }

  private void sparseMlp(Layers layers, Moe moe) {
    long shared = moe.sharedIntermediate();
    layers.add("mlp.gate.weight", ROUTER, moe.experts(), hidden);
    layers.add("mlp.shared_expert_gate.weight", SHARED_EXPERT_GATE, 1, hidden);
    layers.add("mlp.shared_expert.gate_proj.weight", SHARED_GATE, shared, hidden);
    layers.add("mlp.shared_expert.up_proj.weight", SHARED_UP, shared, hidden);
    layers.add("mlp.shared_expert.down_proj.weight", SHARED_DOWN, hidden, shared);
    layers.experts("mlp.experts", moe);
  }
}
