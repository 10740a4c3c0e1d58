package io.deltaport.converter.model;

import io.deltaport.converter.weights.Row;
import io.deltaport.converter.weights.Transform;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The table of the weights of a Qwen3-Next checkpoint: every name of {@code modeling_qwen3_next.py}
 * and of the MTP head that the official checkpoints carry. Weights get the names of {@code
 * Qwen3NextForCausalLM}, whatever prefix a file uses.
 */
public final class WeightTable {
  /** The prefix of the backbone's weights, as weights are called in the graph. */
  static final String BACKBONE = "model.";

  /** The prefix of the MTP head's weights. */
  static final String MTP = "mtp.";

  private static final List<String> PREFIXES =
      List.of("model.", "model.language_model.", "language_model.model.", "transformer.", "");

  private final ModelConfig config;
  private final Attention attention;
  private final DeltaNet deltaNet;
  private final Set<String> names;
  private final List<Row> rows = new ArrayList<>();

  private WeightTable(ModelConfig config, Set<String> names) {
    this.config = config;
    this.attention = config.attention();
    this.deltaNet = config.deltaNet();
    this.names = names;
  }

  /** What becomes of the MTP head. */
  public enum Mtp {
    USED,
    DROPPED
  }

  /**
   * The rows for a checkpoint.
   *
   * @param names of its tensors; they decide prefix, whether experts are stacked, and which tied
   *     weight is there
   */
  public static List<Row> rows(ModelConfig config, Set<String> names, Mtp mtp) {
    WeightTable table = new WeightTable(config, names);
    table.backbone();
    table.head();
    table.mtp(mtp);
    return List.copyOf(table.rows);
  }

  private void backbone() {
    String prefix =
        PREFIXES.stream()
            .filter(p -> names.contains(p + "embed_tokens.weight"))
            .findFirst()
            .orElse(BACKBONE);
    if (!tied()
        || names.contains(prefix + "embed_tokens.weight")
        || !names.contains("lm_head.weight")) {
      matrix(
          prefix + "embed_tokens.weight",
          BACKBONE + "embed_tokens.weight",
          config.vocabulary().size(),
          config.hiddenSize());
    }
    layers(prefix, BACKBONE, config.layers().size(), this::linear, this::full, config::sparse);
    plain(prefix + "norm.weight", BACKBONE + "norm.weight", config.hiddenSize());
  }

  private void layers(
      String prefix,
      String target,
      int count,
      IntPredicate linear,
      IntPredicate full,
      IntPredicate sparse) {
    Block block = new Block(prefix + "layers.{layer}.", target + "layers.{layer}.");
    List<Integer> all = layers(count, layer -> true);
    block.plain("input_layernorm.weight", all, config.hiddenSize());
    block.plain("post_attention_layernorm.weight", all, config.hiddenSize());
    linearAttention(block, layers(count, linear));
    selfAttention(block, layers(count, full));
    denseMlp(block, layers(count, sparse.negate()));
    sparseMlp(block, layers(count, sparse));
  }

  private void linearAttention(Block block, List<Integer> layers) {
    block.matrix("linear_attn.in_proj_qkvz.weight", layers, deltaNet.qkvz(), config.hiddenSize());
    block.matrix("linear_attn.in_proj_ba.weight", layers, deltaNet.ba(), config.hiddenSize());
    block.plain("linear_attn.conv1d.weight", layers, deltaNet.convDim(), 1, deltaNet.kernel());
    block.plain("linear_attn.A_log", layers, deltaNet.vHeads());
    block.plain("linear_attn.dt_bias", layers, deltaNet.vHeads());
    block.plain("linear_attn.norm.weight", layers, deltaNet.vDim());
    block.matrix("linear_attn.out_proj.weight", layers, config.hiddenSize(), deltaNet.value());
  }

  private void selfAttention(Block block, List<Integer> layers) {
    block.matrix("self_attn.q_proj.weight", layers, attention.qGate(), config.hiddenSize());
    block.matrix("self_attn.k_proj.weight", layers, attention.kv(), config.hiddenSize());
    block.matrix("self_attn.v_proj.weight", layers, attention.kv(), config.hiddenSize());
    block.matrix("self_attn.o_proj.weight", layers, config.hiddenSize(), attention.q());
    block.plain("self_attn.q_norm.weight", layers, attention.headDim());
    block.plain("self_attn.k_norm.weight", layers, attention.headDim());
    if (attention.bias()) {
      block.plain("self_attn.q_proj.bias", layers, attention.qGate());
      block.plain("self_attn.k_proj.bias", layers, attention.kv());
      block.plain("self_attn.v_proj.bias", layers, attention.kv());
      block.plain("self_attn.o_proj.bias", layers, config.hiddenSize());
    }
  }

  private void denseMlp(Block block, List<Integer> layers) {
    if (!layers.isEmpty()) {
      mlp(block, "mlp.", layers, config.intermediateSize().orElseThrow());
    }
  }

  private void sparseMlp(Block block, List<Integer> layers) {
    if (layers.isEmpty()) {
      return;
    }
    Moe moe = config.moe().orElseThrow();
    block.plain("mlp.gate.weight", layers, moe.experts(), config.hiddenSize());
    block.plain("mlp.shared_expert_gate.weight", layers, 1, config.hiddenSize());
    mlp(block, "mlp.shared_expert.", layers, moe.sharedIntermediate());
    List<Integer> stacked =
        layers.stream().filter(layer -> names.contains(block.stackedName(layer))).toList();
    stackedExperts(block, moe, stacked);
    experts(block, moe, layers.stream().filter(layer -> !stacked.contains(layer)).toList());
  }

  private void stackedExperts(Block block, Moe moe, List<Integer> layers) {
    long experts = moe.experts();
    long width = moe.intermediate();
    block.unstack(
        "gate_up_proj",
        "{half}",
        Transform.UNSTACK_GATE_UP,
        layers,
        experts,
        2 * width,
        config.hiddenSize());
    block.unstack(
        "down_proj", "down_proj", Transform.UNSTACK, layers, experts, config.hiddenSize(), width);
  }

  private void experts(Block block, Moe moe, List<Integer> layers) {
    List<Integer> experts = IntStream.range(0, (int) moe.experts()).boxed().toList();
    int first = rows.size();
    mlp(block, "mlp.experts.{expert}.", layers, moe.intermediate());
    for (int i = first; i < rows.size(); i++) {
      rows.set(i, rows.get(i).over("expert", experts));
    }
  }

  private void mlp(Block block, String name, List<Integer> layers, long intermediate) {
    block.matrix(name + "gate_proj.weight", layers, intermediate, config.hiddenSize());
    block.matrix(name + "up_proj.weight", layers, intermediate, config.hiddenSize());
    block.matrix(name + "down_proj.weight", layers, config.hiddenSize(), intermediate);
  }

  private void head() {
    long hidden = config.hiddenSize();
    switch (config.architecture().head()) {
      case CAUSAL_LM -> {
        if (!tied() || names.contains("lm_head.weight")) {
          matrix("lm_head.weight", "lm_head.weight", config.vocabulary().size(), hidden);
        }
      }
      case BASE_MODEL -> {}
      case SEQUENCE_CLASSIFICATION ->
          matrix("score.weight", "score.weight", config.architecture().numLabels(), hidden);
      case TOKEN_CLASSIFICATION -> {
        matrix("score.weight", "score.weight", config.architecture().numLabels(), hidden);
        plain("score.bias", "score.bias", config.architecture().numLabels());
      }
      case QUESTION_ANSWERING -> {
        matrix("qa_outputs.weight", "qa_outputs.weight", 2, hidden);
        plain("qa_outputs.bias", "qa_outputs.bias", 2);
      }
    }
  }

  private void mtp(Mtp mtp) {
    switch (mtp) {
      case USED -> {
        matrix(MTP + "fc.weight", MTP + "fc.weight", config.hiddenSize(), 2 * config.hiddenSize());
        plain(
            MTP + "pre_fc_norm_embedding.weight",
            MTP + "pre_fc_norm_embedding.weight",
            config.hiddenSize());
        plain(
            MTP + "pre_fc_norm_hidden.weight",
            MTP + "pre_fc_norm_hidden.weight",
            config.hiddenSize());
        plain(MTP + "norm.weight", MTP + "norm.weight", config.hiddenSize());
        layers(
            MTP,
            MTP,
            1,
            layer -> false,
            layer -> true,
            layer -> names.contains(MTP + "layers.0.mlp.gate.weight"));
      }
      case DROPPED ->
          rows.add(Row.drop(MTP, "the multi-token-prediction head, used only when asked for"));
    }
  }

  private boolean tied() {
    return config.architecture().tieWordEmbeddings()
        && config.architecture().head() == HeadType.CAUSAL_LM;
  }

  private boolean linear(int layer) {
    return config.layers().get(layer).mixer() == LayerType.LINEAR_ATTENTION;
  }

  private boolean full(int layer) {
    return config.layers().get(layer).mixer() == LayerType.FULL_ATTENTION;
  }

  private static List<Integer> layers(int count, IntPredicate wanted) {
    return IntStream.range(0, count).filter(wanted).boxed().toList();
  }

  private void matrix(String source, String target, long out, long in) {
    rows.add(Row.of(source, Transform.MATRIX, target, out, in));
  }

  private void plain(String source, String target, long... shape) {
    rows.add(Row.of(source, Transform.PLAIN, target, shape));
  }

  /** Rows of one decoder layer, repeated over layers. */
  private final class Block {
    private final String source;
    private final String target;

    Block(String source, String target) {
      this.source = source;
      this.target = target;
    }

    void matrix(String name, List<Integer> layers, long out, long in) {
      add(Row.of(source + name, Transform.MATRIX, target + name, out, in), layers);
    }

    void plain(String name, List<Integer> layers, long... shape) {
      add(Row.of(source + name, Transform.PLAIN, target + name, shape), layers);
    }

    void unstack(String from, String to, Transform transform, List<Integer> layers, long... shape) {
      String weight = target + "mlp.experts.{expert}." + to + ".weight";
      add(Row.of(source + "mlp.experts." + from, transform, weight, shape), layers);
    }

    String stackedName(int layer) {
      return source.replace("{layer}", Integer.toString(layer)) + "mlp.experts.gate_up_proj";
    }

    private void add(Row row, List<Integer> layers) {
      if (!layers.isEmpty()) {
        rows.add(row.over("layer", layers));
      }
    }
  }
}
