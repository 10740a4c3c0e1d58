package io.deltaport.loader.config;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * {@code Qwen3NextConfig} of transformers, both spellings brought to one: its names in camel case,
 * its defaults for what a file leaves out (each of them listed in {@code defaultsUsed}).
 *
 * @param architecture the model class; decides the head
 * @param intermediateSize inner width of the dense MLP ({@code mlp_only_layers} and the like)
 * @param hiddenAct a {@code hidden_act} name of transformers
 * @param maxPositionEmbeddings positions the model was made for
 * @param attentionBias whether the projections of full attention have biases
 * @param ropeParameters of {@code rope_parameters}, {@code rope_scaling} or the keys beside them
 * @param decoderSparseStep every how many layers an MLP is sparse
 * @param numExperts experts of a sparse layer, 0 for none
 * @param normTopkProb whether the chosen experts' weights are renormalised to one
 * @param outputRouterLogits whether the load-balancing loss is wanted
 * @param mlpOnlyLayers layers whose MLP is dense; numbers of no layer change nothing
 * @param layerTypes one a layer
 * @param tieWordEmbeddings whether the head is the embedding
 * @param padTokenId may be negative on the hub, and then meets no token
 * @param eosTokenIds none, one or several
 * @param id2label labels of a classification head, by class
 * @param problemType what a sequence classifier's logits mean
 * @param dtype name of the type that the weights were saved in, information only
 * @param quantization how weights are packed, where they are
 * @param defaultsUsed each key that the file leaves out, and the value taken: {@code key = value}
 * @param keysIgnored keys of the file that are not known here, and therefore change nothing
 */
public record ModelConfig(
    Architecture architecture,
    long vocabSize,
    long hiddenSize,
    long intermediateSize,
    int numHiddenLayers,
    long numAttentionHeads,
    long numKeyValueHeads,
    long headDim,
    String hiddenAct,
    long maxPositionEmbeddings,
    double rmsNormEps,
    boolean attentionBias,
    RopeParameters ropeParameters,
    long linearConvKernelDim,
    long linearKeyHeadDim,
    long linearValueHeadDim,
    long linearNumKeyHeads,
    long linearNumValueHeads,
    int decoderSparseStep,
    long moeIntermediateSize,
    long sharedExpertIntermediateSize,
    long numExpertsPerTok,
    long numExperts,
    boolean normTopkProb,
    boolean outputRouterLogits,
    double routerAuxLossCoef,
    List<Long> mlpOnlyLayers,
    List<LayerType> layerTypes,
    boolean tieWordEmbeddings,
    OptionalLong padTokenId,
    OptionalLong bosTokenId,
    List<Long> eosTokenIds,
    SortedMap<Long, String> id2label,
    Optional<ProblemType> problemType,
    Optional<String> dtype,
    Optional<QuantizationConfig> quantization,
    List<String> defaultsUsed,
    List<String> keysIgnored) {
  static final long MOST_FEATURES = 1 << 20;
  static final long MOST_POSITIONS = 1L << 40;
  static final long MOST_LABELS = 1 << 16;
  static final int MOST_LAYERS = 1024;
  private static final long MOST_HEADS = 1 << 14;
  private static final long MOST_EXPERTS = 1 << 14;
  private static final long MOST_TOKENS = 1 << 24;
  private static final long MOST_TAPS = 64;

  /** Copies, and checks every value and contradiction: all problems in one exception. */
  public ModelConfig {
    mlpOnlyLayers = List.copyOf(mlpOnlyLayers);
    layerTypes = List.copyOf(layerTypes);
    eosTokenIds = List.copyOf(eosTokenIds);
    id2label = Collections.unmodifiableSortedMap(new TreeMap<>(id2label));
    defaultsUsed = List.copyOf(defaultsUsed);
    keysIgnored = List.copyOf(keysIgnored);
    Rules rules = new Rules();
    rules.range("vocab_size", vocabSize, 1, MOST_TOKENS);
    rules.range("hidden_size", hiddenSize, 1, MOST_FEATURES);
    rules.range("intermediate_size", intermediateSize, 1, MOST_FEATURES);
    rules.range("max_position_embeddings", maxPositionEmbeddings, 1, MOST_POSITIONS);
    rules.notNegative("rms_norm_eps", rmsNormEps);
    rules.finite("router_aux_loss_coef", routerAuxLossCoef);
    rules.holds(Activations.known(hiddenAct), "hidden_act", Activations.all(), hiddenAct);
    layers(rules, numHiddenLayers, layerTypes);
    attention(rules, numAttentionHeads, numKeyValueHeads, headDim);
    RopeRules.check(rules, headDim, ropeParameters);
    rules.range("linear_conv_kernel_dim", linearConvKernelDim, 2, MOST_TAPS);
    rules.range("linear_key_head_dim", linearKeyHeadDim, 1, MOST_FEATURES);
    rules.range("linear_value_head_dim", linearValueHeadDim, 1, MOST_FEATURES);
    linearHeads(rules, linearNumKeyHeads, linearNumValueHeads);
    rules.range("decoder_sparse_step", decoderSparseStep, 1, Integer.MAX_VALUE);
    rules.range("moe_intermediate_size", moeIntermediateSize, 1, MOST_FEATURES);
    rules.range("shared_expert_intermediate_size", sharedExpertIntermediateSize, 1, MOST_FEATURES);
    rules.range("num_experts", numExperts, 0, MOST_EXPERTS);
    boolean few = rules.range("mlp_only_layers", mlpOnlyLayers.size(), 0, MOST_LAYERS);
    if (few && anySparse(layerTypes.size(), numExperts, decoderSparseStep, mlpOnlyLayers)) {
      rules.range("num_experts_per_tok", numExpertsPerTok, 1, numExperts);
    }
    padTokenId.ifPresent(id -> rules.range("pad_token_id", id, -vocabSize, vocabSize - 1));
    labels(rules, architecture, id2label.size(), problemType);
    rules.check();
  }

  /** What follows from the sizes. */
  public Dimensions dimensions() {
    return Dimensions.of(this);
  }

  /** Whether a layer's MLP is a mixture of experts, by {@code Qwen3NextDecoderLayer}'s rule. */
  public boolean sparse(int layer) {
    return sparse(layer, numExperts, decoderSparseStep, mlpOnlyLayers);
  }

  /** Classes of a classification head. */
  public long numLabels() {
    return id2label.size();
  }

  private static void layers(Rules rules, int layers, List<LayerType> types) {
    if (rules.range("num_hidden_layers", layers, 1, MOST_LAYERS)) {
      rules.holds(
          types.size() == layers,
          "layer_types, num_hidden_layers",
          "one type for each of " + layers + " layers",
          types.size() + " types");
    }
  }

  private static void attention(Rules rules, long heads, long kvHeads, long headDim) {
    rules.range("head_dim", headDim, 1, MOST_FEATURES);
    rules.range("num_attention_heads", heads, 1, MOST_HEADS);
    if (rules.range("num_key_value_heads", kvHeads, 1, MOST_HEADS)) {
      rules.multiple("num_attention_heads", heads, "num_key_value_heads", kvHeads);
    }
  }

  private static void linearHeads(Rules rules, long keyHeads, long valueHeads) {
    rules.range("linear_num_value_heads", valueHeads, 1, MOST_HEADS);
    if (rules.range("linear_num_key_heads", keyHeads, 1, MOST_HEADS)) {
      rules.multiple("linear_num_value_heads", valueHeads, "linear_num_key_heads", keyHeads);
    }
  }

  private static boolean anySparse(int layers, long experts, int step, List<Long> mlpOnly) {
    return step > 0
        && IntStream.range(0, Math.min(layers, MOST_LAYERS))
            .anyMatch(layer -> sparse(layer, experts, step, mlpOnly));
  }

  private static boolean sparse(int layer, long experts, int step, List<Long> mlpOnly) {
    return experts > 0 && (layer + 1) % step == 0 && !mlpOnly.contains((long) layer);
  }

  private static void labels(
      Rules rules, Architecture architecture, int labels, Optional<ProblemType> problemType) {
    rules.range("id2label, num_labels", labels, architecture.leastLabels(), MOST_LABELS);
    rules.holds(
        labels != 1 || !problemType.equals(Optional.of(ProblemType.SINGLE_LABEL_CLASSIFICATION)),
        "problem_type, num_labels",
        "more than one label for single_label_classification",
        "1");
  }
}
