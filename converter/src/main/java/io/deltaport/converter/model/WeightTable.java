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
import static io.deltaport.converter.weights.Role.CLASSIFIER;
import static io.deltaport.converter.weights.Role.CLASSIFIER_BIAS;
import static io.deltaport.converter.weights.Role.DELTA_A_LOG;
import static io.deltaport.converter.weights.Role.DELTA_BA;
import static io.deltaport.converter.weights.Role.DELTA_CONV;
import static io.deltaport.converter.weights.Role.DELTA_DT_BIAS;
import static io.deltaport.converter.weights.Role.DELTA_NORM;
import static io.deltaport.converter.weights.Role.DELTA_OUT;
import static io.deltaport.converter.weights.Role.DELTA_QKVZ;
import static io.deltaport.converter.weights.Role.EMBEDDING;
import static io.deltaport.converter.weights.Role.EXPERT_DOWN;
import static io.deltaport.converter.weights.Role.EXPERT_GATE;
import static io.deltaport.converter.weights.Role.EXPERT_UP;
import static io.deltaport.converter.weights.Role.FINAL_NORM;
import static io.deltaport.converter.weights.Role.HEAD;
import static io.deltaport.converter.weights.Role.MIXER_NORM;
import static io.deltaport.converter.weights.Role.MLP_DOWN;
import static io.deltaport.converter.weights.Role.MLP_GATE;
import static io.deltaport.converter.weights.Role.MLP_NORM;
import static io.deltaport.converter.weights.Role.MLP_UP;
import static io.deltaport.converter.weights.Role.MTP_EMBEDDING_NORM;
import static io.deltaport.converter.weights.Role.MTP_FC;
import static io.deltaport.converter.weights.Role.MTP_FINAL_NORM;
import static io.deltaport.converter.weights.Role.MTP_HIDDEN_NORM;
import static io.deltaport.converter.weights.Role.ROUTER;
import static io.deltaport.converter.weights.Role.SHARED_DOWN;
import static io.deltaport.converter.weights.Role.SHARED_EXPERT_GATE;
import static io.deltaport.converter.weights.Role.SHARED_GATE;
import static io.deltaport.converter.weights.Role.SHARED_UP;

import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Row;
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
      rows.add(
          Row.of(
              prefix + "embed_tokens.weight",
              BACKBONE + "embed_tokens.weight",
              EMBEDDING,
              config.vocabulary().size(),
              config.hiddenSize()));
    }
    List<Integer> all = layers(layer -> true);
    Block block = new Block(prefix + "layers.{layer}.", BACKBONE + "layers.{layer}.");
    norms(block, all);
    linearAttention(block, layers(this::linear));
    selfAttention(block, layers(this::full));
    denseMlp(block, layers(layer -> !config.sparse(layer)));
    sparseMlp(block, layers(config::sparse));
    rows.add(
        Row.of(prefix + "norm.weight", BACKBONE + "norm.weight", FINAL_NORM, config.hiddenSize()));
  }

  private void norms(Block block, List<Integer> layers) {
    block.add("input_layernorm.weight", MIXER_NORM, layers, config.hiddenSize());
    block.add("post_attention_layernorm.weight", MLP_NORM, layers, config.hiddenSize());
  }

  private void linearAttention(Block block, List<Integer> layers) {
    long hidden = config.hiddenSize();
    block.add("linear_attn.in_proj_qkvz.weight", DELTA_QKVZ, layers, deltaNet.qkvz(), hidden);
    block.add("linear_attn.in_proj_ba.weight", DELTA_BA, layers, deltaNet.ba(), hidden);
    block.add(
        "linear_attn.conv1d.weight", DELTA_CONV, layers, deltaNet.convDim(), 1, deltaNet.kernel());
    block.add("linear_attn.A_log", DELTA_A_LOG, layers, deltaNet.vHeads());
    block.add("linear_attn.dt_bias", DELTA_DT_BIAS, layers, deltaNet.vHeads());
    block.add("linear_attn.norm.weight", DELTA_NORM, layers, deltaNet.vDim());
    block.add("linear_attn.out_proj.weight", DELTA_OUT, layers, hidden, deltaNet.value());
  }

  private void selfAttention(Block block, List<Integer> layers) {
    long hidden = config.hiddenSize();
    block.add("self_attn.q_proj.weight", ATTENTION_Q, layers, attention.qGate(), hidden);
    block.add("self_attn.k_proj.weight", ATTENTION_K, layers, attention.kv(), hidden);
    block.add("self_attn.v_proj.weight", ATTENTION_V, layers, attention.kv(), hidden);
    block.add("self_attn.o_proj.weight", ATTENTION_O, layers, hidden, attention.q());
    block.add("self_attn.q_norm.weight", ATTENTION_Q_NORM, layers, attention.headDim());
    block.add("self_attn.k_norm.weight", ATTENTION_K_NORM, layers, attention.headDim());
    if (attention.bias()) {
      block.add("self_attn.q_proj.bias", ATTENTION_Q_BIAS, layers, attention.qGate());
      block.add("self_attn.k_proj.bias", ATTENTION_K_BIAS, layers, attention.kv());
      block.add("self_attn.v_proj.bias", ATTENTION_V_BIAS, layers, attention.kv());
      block.add("self_attn.o_proj.bias", ATTENTION_O_BIAS, layers, hidden);
    }
  }

  private void denseMlp(Block block, List<Integer> layers) {
    if (layers.isEmpty()) {
      return;
    }
    long hidden = config.hiddenSize();
    long width = config.intermediateSize().orElseThrow();
    block.add("mlp.gate_proj.weight", MLP_GATE, layers, width, hidden);
    block.add("mlp.up_proj.weight", MLP_UP, layers, width, hidden);
    block.add("mlp.down_proj.weight", MLP_DOWN, layers, hidden, width);
  }

  private void sparseMlp(Block block, List<Integer> layers) {
    if (layers.isEmpty()) {
      return;
    }
    Moe moe = config.moe().orElseThrow();
    long hidden = config.hiddenSize();
    long width = moe.sharedIntermediate();
    block.add("mlp.gate.weight", ROUTER, layers, moe.experts(), hidden);
    block.add("mlp.shared_expert_gate.weight", SHARED_EXPERT_GATE, layers, 1, hidden);
    block.add("mlp.shared_expert.gate_proj.weight", SHARED_GATE, layers, width, hidden);
    block.add("mlp.shared_expert.up_proj.weight", SHARED_UP, layers, width, hidden);
    block.add("mlp.shared_expert.down_proj.weight", SHARED_DOWN, layers, hidden, width);
    List<Integer> stacked =
        layers.stream().filter(layer -> names.contains(block.stackedName(layer))).toList();
    stackedExperts(block, moe, stacked);
    experts(block, moe, layers.stream().filter(layer -> !stacked.contains(layer)).toList());
  }

  private void stackedExperts(Block block, Moe moe, List<Integer> layers) {
    long experts = moe.experts();
    long width = moe.intermediate();
    long hidden = config.hiddenSize();
    block.unstack(
        "gate_up_proj",
        List.of(block.expert("gate_proj", EXPERT_GATE), block.expert("up_proj", EXPERT_UP)),
        layers,
        experts,
        2 * width,
        hidden);
    block.unstack(
        "down_proj",
        List.of(block.expert("down_proj", EXPERT_DOWN)),
        layers,
        experts,
        hidden,
        width);
  }

  private void experts(Block block, Moe moe, List<Integer> layers) {
    long experts = moe.experts();
    long width = moe.intermediate();
    long hidden = config.hiddenSize();
    block.experts("gate_proj", EXPERT_GATE, layers, experts, width, hidden);
    block.experts("up_proj", EXPERT_UP, layers, experts, width, hidden);
    block.experts("down_proj", EXPERT_DOWN, layers, experts, hidden, width);
  }

  private void head() {
    long hidden = config.hiddenSize();
    switch (config.architecture().head()) {
      case CAUSAL_LM -> {
        if (!tied() || names.contains("lm_head.weight")) {
          add("lm_head.weight", HEAD, config.vocabulary().size(), hidden);
        }
      }
      case BASE_MODEL -> {}
      case SEQUENCE_CLASSIFICATION ->
          add("score.weight", CLASSIFIER, config.architecture().numLabels(), hidden);
      case TOKEN_CLASSIFICATION -> {
        add("score.weight", CLASSIFIER, config.architecture().numLabels(), hidden);
        add("score.bias", CLASSIFIER_BIAS, config.architecture().numLabels());
      }
      case QUESTION_ANSWERING -> {
        add("qa_outputs.weight", CLASSIFIER, 2, hidden);
        add("qa_outputs.bias", CLASSIFIER_BIAS, 2);
      }
    }
  }

  private void mtp(Mtp mtp) {
    switch (mtp) {
      case USED -> mtp();
      case DROPPED ->
          rows.add(Row.drop(MTP, "the multi-token-prediction head, used only when asked for"));
    }
  }

  /** The head's one layer comes after the model's last in the state pool. */
  private void mtp() {
    long hidden = config.hiddenSize();
    add(MTP + "fc.weight", MTP_FC, hidden, 2 * hidden);
    add(MTP + "pre_fc_norm_embedding.weight", MTP_EMBEDDING_NORM, hidden);
    add(MTP + "pre_fc_norm_hidden.weight", MTP_HIDDEN_NORM, hidden);
    add(MTP + "norm.weight", MTP_FINAL_NORM, hidden);
    Block block = new Block(MTP + "layers.0.", MTP + "layers.0.");
    List<Integer> layer = List.of(config.layers().size());
    norms(block, layer);
    selfAttention(block, layer);
    if (!names.contains(MTP + "layers.0.mlp.gate.weight")) {
      denseMlp(block, layer);
      return;
    }
    sparseMlp(block, layer);
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

  private List<Integer> layers(IntPredicate wanted) {
    return IntStream.range(0, config.layers().size()).filter(wanted).boxed().toList();
  }

  /** A weight that every checkpoint calls the same. */
  private void add(String name, Role role, long... shape) {
    rows.add(Row.of(name, name, role, shape));
  }

  /** Rows of one decoder layer, repeated over layers. */
  private final class Block {
    private final String source;
    private final String target;

    Block(String source, String target) {
      this.source = source;
      this.target = target;
    }

    void add(String name, Role role, List<Integer> layers, long... shape) {
      add(Row.of(source + name, target + name, role, shape), layers);
    }

    void experts(String projection, Role role, List<Integer> layers, long count, long... shape) {
      List<Integer> experts = IntStream.range(0, (int) count).boxed().toList();
      String name = expert(projection);
      add(Row.of(source + name, target + name, role, shape).over(Row.EXPERT, experts), layers);
    }

    void unstack(String stacked, List<Row.Target> targets, List<Integer> layers, long... shape) {
      add(Row.unstack(source + "mlp.experts." + stacked, targets, shape), layers);
    }

    Row.Target expert(String projection, Role role) {
      return new Row.Target(target + expert(projection), role);
    }

    String stackedName(int layer) {
      return source.replace("{layer}", Integer.toString(layer)) + "mlp.experts.gate_up_proj";
    }

    private static String expert(String projection) {
      return "mlp.experts.{expert}." + projection + ".weight";
    }

    private void add(Row row, List<Integer> layers) {
      if (!layers.isEmpty()) {
        rows.add(row.over(Row.LAYER, layers));
      }
    }
  }
}
