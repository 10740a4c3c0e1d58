package io.deltaport.loader.config;

import io.deltaport.loader.config.DecoderLayer.MlpType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A model of the family in its parts; what follows from the sizes of a part is asked of that part.
 *
 * @param architecture the model class and its head
 * @param vocabulary token ids
 * @param hiddenSize width of the residual stream
 * @param layers one entry a decoder layer, {@code num_hidden_layers} of them
 * @param attention of the layers of full attention
 * @param deltaNet of the layers of linear attention
 * @param intermediateSize inner width of the dense MLPs
 * @param moe of the sparse layers
 * @param hiddenAct a {@code hidden_act} name of transformers
 * @param rmsNormEps epsilon of every norm
 * @param maxPositionEmbeddings positions the model was made for
 * @param source how its weights are saved, and how the file was read
 */
public record ModelConfig(
    Architecture architecture,
    Vocabulary vocabulary,
    long hiddenSize,
    List<DecoderLayer> layers,
    Attention attention,
    DeltaNet deltaNet,
    OptionalLong intermediateSize,
    Optional<Moe> moe,
    String hiddenAct,
    double rmsNormEps,
    long maxPositionEmbeddings,
    ConfigSource source) {
  static final long MOST_FEATURES = 1 << 20;
  static final long MOST_HEADS = 1 << 14;
  static final long MOST_POSITIONS = 1L << 40;

  /** Most layers of a model. */
  public static final int MOST_LAYERS = 1024;

  /** Copies, and checks every value and contradiction: all problems in one exception. */
  public ModelConfig {
    layers = List.copyOf(layers);
    Rules rules = new Rules();
    rules.range("hidden_size", hiddenSize, 1, MOST_FEATURES);
    rules.range("max_position_embeddings", maxPositionEmbeddings, 1, MOST_POSITIONS);
    rules.notNegative("rms_norm_eps", rmsNormEps);
    rules.holds(Activations.known(hiddenAct), "hidden_act", Activations.all(), hiddenAct);
    rules.range("num_hidden_layers", layers.size(), 1, MOST_LAYERS);
    intermediateSize.ifPresent(size -> rules.range("intermediate_size", size, 1, MOST_FEATURES));
    rules.holds(
        intermediateSize.isPresent() || !any(layers, MlpType.DENSE),
        "intermediate_size",
        "a width for the dense layers",
        "none");
    if (any(layers, MlpType.SPARSE)) {
      sparse(rules, moe);
    }
    rules.check();
  }

  /** Whether a layer's MLP is a mixture of experts. */
  public boolean sparse(int layer) {
    return layers.get(layer).mlp() == MlpType.SPARSE;
  }

  private static boolean any(List<DecoderLayer> layers, MlpType mlp) {
    return layers.stream().anyMatch(layer -> layer.mlp() == mlp);
  }

  private static void sparse(Rules rules, Optional<Moe> moe) {
    if (rules.holds(moe.isPresent(), "num_experts", "experts for the sparse layers", "none")) {
      rules.range("num_experts_per_tok", moe.get().topK(), 1, moe.get().experts());
    }
  }
}
