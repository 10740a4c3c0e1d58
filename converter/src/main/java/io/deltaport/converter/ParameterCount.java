package io.deltaport.converter;

import io.deltaport.converter.weights.Source;
import io.deltaport.loader.config.ModelConfig;
import java.util.Collection;

/**
 * How many parameters a model has, by what a token reads of them. MTP weights are counted where the
 * plan uses them.
 *
 * @param total all parameters of the graphs, a tied embedding once
 * @param embedding those of the embedding table, of which a token reads one row
 * @param experts those of the routed experts, of which a token reads {@code top_k} a layer
 * @param activeExperts those of {@code top_k} experts a layer
 */
public record ParameterCount(long total, long embedding, long experts, long activeExperts) {
  private static final String EXPERTS = ".mlp.experts.";

  /** Whether a weight of this name is of a routed expert. */
  static boolean isOfExpert(String name) {
    return name.contains(EXPERTS);
  }

  /**
   * Parameters that one token multiplies with: all but the embedding table and the experts not
   * chosen.
   */
  public long active() {
    return total - embedding - experts + activeExperts;
  }

  static ParameterCount of(ModelConfig config, Collection<Source> weights) {
    long total = 0;
    long embedding = 0;
    long experts = 0;
    for (Source weight : weights) {
      long parameters = weight.shape().elements();
      total += parameters;
      if (weight.name().equals("model.embed_tokens.weight")
          && !config.architecture().tieWordEmbeddings()) {
        embedding += parameters;
      } else if (isOfExpert(weight.name())) {
        experts += parameters;
      }
    }
    long stored = experts;
    long active = config.moe().map(moe -> stored / moe.experts() * moe.topK()).orElse(0L);
    return new ParameterCount(total, embedding, experts, active);
  }
}
