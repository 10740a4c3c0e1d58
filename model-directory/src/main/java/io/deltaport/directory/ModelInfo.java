package io.deltaport.directory;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.deltaport.directory.graph.Axis;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.config.HeadType;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a run must know of a model, in the words of {@code config.json}.
 *
 * @param head what the model gives for the last hidden states
 * @param vocabSize token ids are 0 to one less
 * @param hiddenSize width of the residual stream
 * @param numHiddenLayers decoder layers
 * @param maxPositionEmbeddings the context length that the model was made for
 * @param numLabels of a classifier, else 0
 * @param padTokenId null = none; may be negative, and then meets no token
 * @param eosTokenIds of {@code config.json}; {@code generation_config.json} may say others
 * @param experts of the sparse layers, null where there are none
 */
@JsonPropertyOrder({
  "head",
  "vocab_size",
  "hidden_size",
  "num_hidden_layers",
  "max_position_embeddings",
  "num_labels",
  "pad_token_id",
  "eos_token_ids",
  "experts"
})
public record ModelInfo(
    HeadType head,
    long vocabSize,
    long hiddenSize,
    int numHiddenLayers,
    long maxPositionEmbeddings,
    long numLabels,
    @Nullable Long padTokenId,
    List<Long> eosTokenIds,
    @Nullable Experts experts) {
  /** Checks and copies. */
  public ModelInfo {
    eosTokenIds = List.copyOf(eosTokenIds);
    requireSize("vocab_size", vocabSize, 1);
    requireSize("hidden_size", hiddenSize, 1);
    requireSize("num_hidden_layers", numHiddenLayers, 1);
    requireSize("max_position_embeddings", maxPositionEmbeddings, 1);
    requireSize("num_labels", numLabels, 0);
    if (experts != null) {
      int last = numHiddenLayers - 1;
      for (int layer : experts.layers()) {
        if (layer < 0 || layer > last) {
          throw new CheckpointException(
              new Problem("model: experts: layers", "0 to " + last, Integer.toString(layer)));
        }
      }
    }
  }

  /**
   * Of the sparse layers.
   *
   * @param layers numbers of those layers, in order
   * @param numExperts experts of each, without the shared one
   * @param numExpertsPerTok experts that a token chooses
   */
  @JsonPropertyOrder({"layers", "num_experts", "num_experts_per_tok"})
  public record Experts(List<Integer> layers, long numExperts, long numExpertsPerTok) {
    /** Checks and copies. */
    public Experts {
      layers = List.copyOf(layers);
      requireSize("num_experts", numExperts, 1);
      requireSize("num_experts_per_tok", numExpertsPerTok, 1);
    }
  }

  /** The id that fills a padded batch, where the model has one. */
  public OptionalLong padToken() {
    return padTokenId == null ? OptionalLong.empty() : OptionalLong.of(padTokenId);
  }

  /** Experts that a token chooses in a sparse layer; 0 where no layer is sparse. */
  public long topK() {
    return experts == null ? 0 : experts.numExpertsPerTok();
  }

  /** The size of an axis, where the model decides it and every layer has the same. */
  OptionalLong width(Axis axis) {
    return switch (axis) {
      case HIDDEN -> OptionalLong.of(hiddenSize);
      case LOGITS -> OptionalLong.of(logits());
      case EXPERTS -> OptionalLong.of(experts == null ? 0 : experts.numExperts());
      case MIXED, TOKENS, SEQS, SEQS_PLUS_1, MAX_BLOCKS, N, M, K, ONE -> OptionalLong.empty();
    };
  }

  /** The width of {@code logits}; 0 where the head gives none. */
  public long logits() {
    return switch (head) {
      case CAUSAL_LM -> vocabSize;
      case BASE_MODEL -> 0;
      case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION -> numLabels;
      case QUESTION_ANSWERING -> 2;
    };
  }

  private static void requireSize(String name, long found, long least) {
    if (found < least) {
      throw new CheckpointException(
          new Problem("model: " + name, "at least " + least, Long.toString(found)));
    }
  }
}
