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
  INT8(new Int8Encoder(32), new Int8Encoder(32), new Int8Encoder(32)),
  INT4(new Int8Encoder(64), new Int4Encoder(64), new Int4Encoder(64)),
  /** Routed experts in int4, the rest in int8. */
  MIXED(new Int8Encoder(64), new Int4Encoder(32), new Int8Encoder(64));

  private static final List<String> PLAIN =
      List.of("mlp.gate.weight", "mlp.shared_expert_gate.weight");
  private static final String SENSITIVE = "in_proj_ba.weight";
  private static final List<String> TABLES = List.of("embed_tokens.weight", "lm_head.weight");

  private final Encoder tables;
  private final Encoder experts;
  private final Encoder others;

  QuantizeRules(Encoder tables, Encoder experts, Encoder others) {
    this.tables = tables;
    this.experts = experts;
    this.others = others;
  }

  /** How a weight is quantised, if it is; before {@link Blocks} has looked at its width. */
  public Optional<Encoder> encoder(Source source) {
    String name = source.name();
    if (!isMatrix(source) || name.endsWith(SENSITIVE)) {
      return Optional.empty();
    }
    if (TABLES.stream().anyMatch(name::endsWith)) {
      return Optional.of(tables);
    }
    return Optional.of(name.contains(".mlp.experts.") ? experts : others);
  }

  /** Whether the ops take a weight in formats that have scales. */
  public static boolean isMatrix(Source source) {
    return source.shape().rank() == 2 && PLAIN.stream().noneMatch(source.name()::endsWith);
  }
}
