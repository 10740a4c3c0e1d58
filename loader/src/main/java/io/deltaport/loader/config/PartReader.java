package io.deltaport.loader.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads the parts of a config that the config classes of several families call the same. For a key
 * that a file leaves out it takes the default of these classes, or an argument where they differ.
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
  public Attention attention(long defaultKvHeads, long maxPositions, Consumer<ConfigFields> rope) {
    return fields.part(
        () ->
            new Attention(
                fields.whole("num_attention_heads", 16),
                fields.whole("num_key_value_heads", defaultKvHeads),
                fields.whole("head_dim", 256),
                fields.flag("attention_bias", false),
                RopeReader.read(fields, maxPositions, rope)),
        new Attention(1, 1, 4, false, RopeReader.DEFAULT));
  }

  /** Gated DeltaNet. */
  public DeltaNet deltaNet() {
    return fields.part(
        () ->
            new DeltaNet(
                fields.whole("linear_num_key_heads", 16),
                fields.whole("linear_key_head_dim", 128),
                fields.whole("linear_num_value_heads", 32),
                fields.whole("linear_value_head_dim", 128),
                fields.whole("linear_conv_kernel_dim", 4)),
        new DeltaNet(1, 1, 1, 1, 2));
  }

  /**
   * The experts, and the keys that are of their training loss alone.
   *
   * @param normTopkProb is taken whatever a file says: not every class has a key for it
   */
  public Moe moe(long defaultExperts, long defaultTopK, boolean normTopkProb) {
    fields.flag("output_router_logits", false);
    fields.number("router_aux_loss_coef", 0.001);
    return fields.part(
        () ->
            new Moe(
                fields.whole("num_experts", defaultExperts),
                fields.whole("num_experts_per_tok", defaultTopK),
                fields.whole("moe_intermediate_size", 512),
                fields.whole("shared_expert_intermediate_size", 512),
                normTopkProb),
        new Moe(1, 1, 1, 1, normTopkProb));
  }

  /**
   * The whole of these parts: all problems of the file in one exception. Last of all, since only
   * then is it known which keys nobody asked for.
   */
  public ModelConfig model(
      Architecture architecture,
      Vocabulary vocabulary,
      long hiddenSize,
      List<DecoderLayer> layers,
      Attention attention,
      DeltaNet deltaNet,
      OptionalLong intermediateSize,
      Optional<Moe> moe,
      long maxPositions) {
    return fields.check(
        () ->
            new ModelConfig(
                architecture,
                vocabulary,
                hiddenSize,
                layers,
                attention,
                deltaNet,
                intermediateSize,
                moe,
                fields.text("hidden_act", "silu"),
                fields.number("rms_norm_eps", 1e-6),
                maxPositions,
                ConfigSource.read(fields)));
  }
}
