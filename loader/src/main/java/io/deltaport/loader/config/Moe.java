package io.deltaport.loader.config;

/**
 * Mixture of experts with one shared expert; sizes in the words of {@code docs/shapes.md}.
 *
 * @param experts {@code num_experts}
 * @param topK {@code num_experts_per_tok}: experts that a token chooses; from one to all of them
 *     where a layer is sparse, see {@link ModelConfig}
 * @param intermediate {@code moe_intermediate_size}: inner width of an expert
 * @param sharedIntermediate {@code shared_expert_intermediate_size}
 * @param normTopkProb whether the chosen experts' weights are renormalised to one
 */
public record Moe(
    long experts, long topK, long intermediate, long sharedIntermediate, boolean normTopkProb) {
  static final long MOST_EXPERTS = 1 << 14;

  /** Checks. */
  public Moe {
    Rules rules = new Rules();
    rules.range("moe_intermediate_size", intermediate, 1, ModelConfig.MOST_FEATURES);
    rules.range(
        "shared_expert_intermediate_size", sharedIntermediate, 1, ModelConfig.MOST_FEATURES);
    rules.range("num_experts", experts, 0, MOST_EXPERTS);
    rules.check();
  }
}
