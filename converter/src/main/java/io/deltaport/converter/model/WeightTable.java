package io.deltaport.converter.model;

import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Row;
import io.deltaport.directory.Mtp;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A weight table that grows: what the tables of all families have, and how a family adds rows of
 * its own. Weights get the names of the family's causal LM, whatever prefix a file uses.
 */
public final class WeightTable {
  private static final String BACKBONE = "model.";
  private static final String MTP = "mtp.";
  private static final String LM_HEAD = "lm_head.";

  /** What the head may be called, in a file whose backbone has a prefix. */
  private static final List<String> HEADS = List.of(LM_HEAD, "language_model." + LM_HEAD);

  private static final List<String> PREFIXES =
      List.of(
          "model.",
          "model.language_model.",
          "language_model.model.",
          "language_model.",
          "transformer.",
          "");

  private final ModelConfig config;
  private final Set<String> names;
  private final String prefix;

  /** What the head is called, in whatever format, where the checkpoint has one. */
  private final Optional<String> head;

  private final List<Row> rows = new ArrayList<>();

  /**
   * No rows yet.
   *
   * @param names of the checkpoint's tensors; they decide prefix, whether experts are stacked, and
   *     which tied weight is there
   */
  public WeightTable(ModelConfig config, Set<String> names) {
    this.config = config;
    this.names = names;
    this.prefix =
        PREFIXES.stream()
            .filter(p -> names.contains(p + "embed_tokens.weight"))
            .findFirst()
            .orElse(BACKBONE);
    this.head =
        HEADS.stream()
            .filter(name -> names.stream().anyMatch(tensor -> tensor.startsWith(name)))
            .findFirst();
  }

  /** The rows so far. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /**
   * The backbone: the embedding, its decoder layers, the norm after the last.
   *
   * @param layer adds the rows of the decoder layers that it is given
   */
  public void backbone(Consumer<Layers> layer) {
    long hidden = config.hiddenSize();
    if (!tied() || names.contains(prefix + "embed_tokens.weight") || head.isEmpty()) {
      add("embed_tokens.weight", Role.EMBEDDING, config.vocabulary().size(), hidden);
    }
    layer.accept(
        new Layers(
            prefix + "layers.{layer}.",
            BACKBONE + "layers.{layer}.",
            IntStream.range(0, config.layers().size()).boxed().toList()));
    add("norm.weight", Role.FINAL_NORM, hidden);
  }

  private void add(String name, Role role, long... shape) {
    rows.add(Row.of(prefix + name, BACKBONE + name, role, shape));
  }

  /** The head of the model's class. */
  public void head() {
    long hidden = config.hiddenSize();
    long labels = config.architecture().numLabels();
    switch (config.architecture().head()) {
      case CAUSAL_LM -> {
        if (!tied() || head.isPresent()) {
          rows.add(
              Row.of(
                  head.orElse(LM_HEAD) + "weight",
                  LM_HEAD + "weight",
                  Role.HEAD,
                  config.vocabulary().size(),
                  hidden));
        }
      }
      case BASE_MODEL -> {}
      case SEQUENCE_CLASSIFICATION -> bare("score.weight", Role.CLASSIFIER, labels, hidden);
      case TOKEN_CLASSIFICATION -> {
        bare("score.weight", Role.CLASSIFIER, labels, hidden);
        bare("score.bias", Role.CLASSIFIER_BIAS, labels);
      }
      case QUESTION_ANSWERING -> {
        bare("qa_outputs.weight", Role.CLASSIFIER, 2, hidden);
        bare("qa_outputs.bias", Role.CLASSIFIER_BIAS, 2);
      }
    }
  }

  /**
   * The MTP head of the official checkpoints: a projection, a decoder layer of full attention, and
   * norms.
   *
   * @param layer adds the rows of that layer
   */
  public void mtp(Mtp mtp, Consumer<Layers> layer) {
    switch (mtp) {
      case HEAD -> {
        long hidden = config.hiddenSize();
        bare(MTP + "fc.weight", Role.MTP_FC, hidden, 2 * hidden);
        bare(MTP + "pre_fc_norm_embedding.weight", Role.MTP_EMBEDDING_NORM, hidden);
        bare(MTP + "pre_fc_norm_hidden.weight", Role.MTP_HIDDEN_NORM, hidden);
        bare(MTP + "norm.weight", Role.MTP_FINAL_NORM, hidden);
        String module = MTP + "layers.0.";
        layer.accept(new Layers(module, module, List.of(config.layers().size())));
      }
      case NONE -> drop(MTP, "the multi-token-prediction head, used only when asked for");
    }
  }

  /** Drops all tensors whose names begin so. */
  public void drop(String beginning, String reason) {
    rows.add(Row.drop(beginning, reason));
  }

  /** A weight that every checkpoint calls the same. */
  private void bare(String name, Role role, long... shape) {
    rows.add(Row.of(name, name, role, shape));
  }

  private boolean tied() {
    return config.architecture().tieWordEmbeddings()
        && config.architecture().head() == HeadType.CAUSAL_LM;
  }

  /** Some decoder layers, whose weights have the same names and shapes. */
  public final class Layers {
    private final String source;
    private final String target;
    private final List<Integer> layers;

    private Layers(String source, String target, List<Integer> layers) {
      this.source = source;
      this.target = target;
      this.layers = layers;
    }

    /** Those of them whose tokens are mixed so; the MTP head's by full attention. */
    public Layers with(LayerType mixer) {
      return where(layer -> ModelFamily.mixer(config, layer) == mixer);
    }

    /** Those of them with one MLP for all tokens. */
    public Layers dense() {
      return where(layer -> !isSparse(layer));
    }

    /** Those of them whose MLP is a mixture of experts. */
    public Layers sparse() {
      return where(this::isSparse);
    }

    private boolean isSparse(int layer) {
      return mtp(layer) ? names.contains(source + "mlp.gate.weight") : config.sparse(layer);
    }

    private boolean mtp(int layer) {
      return layer >= config.layers().size();
    }

    private Layers where(IntPredicate wanted) {
      return new Layers(source, target, layers.stream().filter(wanted::test).toList());
    }

    public boolean isEmpty() {
      return layers.isEmpty();
    }

    /** A weight of each of them. */
    public void add(String name, Role role, long... shape) {
      put(Row.of(source + name, target + name, role, shape));
    }

    /**
     * The routed experts of each of them: a matrix each, or stacked as transformers 5 saves them.
     *
     * @param module name of the list of experts
     */
    public void experts(String module, Moe moe) {
      long width = moe.intermediate();
      long hidden = config.hiddenSize();
      String stackedGate = module + ".gate_up_proj";
      String stackedDown = module + ".down_proj";
      String gate = module + ".{expert}.gate_proj.weight";
      String up = module + ".{expert}.up_proj.weight";
      String down = module + ".{expert}.down_proj.weight";
      Layers stacked = where(layer -> Row.has(names, in(layer, source + stackedGate)));
      stacked.put(
          Row.unstack(
              source + stackedGate,
              List.of(target(gate, Role.EXPERT_GATE), target(up, Role.EXPERT_UP)),
              moe.experts(),
              2 * width,
              hidden));
      stacked.put(
          Row.unstack(
              source + stackedDown,
              List.of(target(down, Role.EXPERT_DOWN)),
              moe.experts(),
              hidden,
              width));
      Layers single = where(layer -> !stacked.layers.contains(layer));
      List<Integer> all = IntStream.range(0, (int) moe.experts()).boxed().toList();
      single.put(expert(gate, Role.EXPERT_GATE, width, hidden).over(Row.EXPERT, all));
      single.put(expert(up, Role.EXPERT_UP, width, hidden).over(Row.EXPERT, all));
      single.put(expert(down, Role.EXPERT_DOWN, hidden, width).over(Row.EXPERT, all));
    }

    private Row.Target target(String name, Role role) {
      return new Row.Target(target + name, role);
    }

    private Row expert(String name, Role role, long out, long in) {
      return Row.of(source + name, target + name, role, out, in);
    }

    private static String in(int layer, String name) {
      return name.replace("{layer}", Integer.toString(layer));
    }

    private void put(Row row) {
      if (!layers.isEmpty()) {
        rows.add(row.over(Row.LAYER, layers));
      }
    }
  }
}
