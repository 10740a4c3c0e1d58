package io.deltaport.converter.quantize;

import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.weights.Source;
import java.util.List;
import java.util.Optional;

/**
 * Which matrices are quantised: embedding and head to int8 in any case; the router, {@code
 * in_proj_ba}, the gate of the shared expert and all that is no matrix stay as they are; the others
 * by the scheme.
 */
@SuppressWarnings("ImmutableEnumChecker") // encoders are records of one number
public enum QuantizeRules {
  INT8(new Int8Encoder(64), new Int8Encoder(64)),
  INT4(new Int4Encoder(64), new Int4Encoder(64)),
  /** Routed experts in int4, the rest in int8. */
  MIXED(new Int4Encoder(32), new Int8Encoder(64));

  private static final List<String> KEPT =
      List.of(
          "mlp.gate.weight", "mlp.shared_expert_gate.weight", "in_proj_ba.weight", "conv1d.weight");
  private static final List<String> TABLES = List.of("embed_tokens.weight", "lm_head.weight");

  private final Int8Encoder table = new Int8Encoder(64);
  private final Encoder experts;
  private final Encoder others;

  QuantizeRules(Encoder experts, Encoder others) {
    this.experts = experts;
    this.others = others;
  }

  /** How a weight is quantised, if it is. */
  public Optional<Encoder> encoder(Source source) {
    String name = source.name();
    if (source.shape().rank() != 2 || KEPT.stream().anyMatch(name::endsWith)) {
      return Optional.empty();
    }
    if (TABLES.stream().anyMatch(name::endsWith)) {
      return Optional.of(table);
    }
    return Optional.of(name.contains(".mlp.experts.") ? experts : others);
  }
}
