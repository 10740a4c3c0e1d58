package io.deltaport.loader.config;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads the parts of a config that the config classes of several families call the same. What a
 * class takes for a key that a file leaves out is an argument.
 */
public final class PartReader {
  private final ConfigFields fields;

  /** Reads these fields, and notes problems there. */
  public PartReader(ConfigFields fields) {
    this.fields = fields;
  }

  /** Token ids. */
  public Vocabulary vocabulary(long defaultSize) {
    return fields.part(
        () ->
            new Vocabulary(
                fields.whole("vocab_size", defaultSize),
                fields.optionalWhole("pad_token_id"),
                fields.optionalWhole("bos_token_id"),
                fields.wholes("eos_token_id")),
        new Vocabulary(1, OptionalLong.empty(), OptionalLong.empty(), List.of()));
  }

  /**
   * Full attention; the rotation has the same defaults in every class.
   *
   * @param rope reads the keys of the rotation that only a family has
   */
  public Attention attention(Attention defaults, long maxPositions, Consumer<ConfigFields> rope) {
    return fields.part(
        () ->
            new Attention(
                fields.whole("num_attention_heads", defaults.qHeads()),
                fields.whole("num_key_value_heads", defaults.kvHeads()),
                fields.whole("head_dim", defaults.headDim()),
                fields.flag("attention_bias", defaults.bias()),
                RopeReader.read(fields, maxPositions, rope)),
        defaults);
  }

  /** Gated DeltaNet. */
  public DeltaNet deltaNet(DeltaNet defaults) {
    return fields.part(
        () ->
            new DeltaNet(
                fields.whole("linear_num_key_heads", defaults.kHeads()),
                fields.whole("linear_key_head_dim", defaults.kDim()),
                fields.whole("linear_num_value_heads", defaults.vHeads()),
                fields.whole("linear_value_head_dim", defaults.vDim()),
                fields.whole("linear_conv_kernel_dim", defaults.kernel())),
        defaults);
  }

  /**
   * The experts, and the keys that are of their training loss alone.
   *
   * @param defaults whose {@code normTopkProb} is taken whatever a file says: not every class has a
   *     key for it
   */
  public Moe moe(Moe defaults) {
    fields.flag("output_router_logits", false);
    fields.number("router_aux_loss_coef", 0.001);
    return fields.part(
        () ->
            new Moe(
                fields.whole("num_experts", defaults.experts()),
                fields.whole("num_experts_per_tok", defaults.topK()),
                fields.whole("moe_intermediate_size", defaults.intermediate()),
                fields.whole("shared_expert_intermediate_size", defaults.sharedIntermediate()),
                defaults.normTopkProb()),
        defaults);
  }
}
