package io.deltaport.converter.quantize;

import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.weights.Role;
import java.util.Optional;

/**
 * Which matrices are quantised: embedding and head to int8 in any case; router, gates, the decay's
 * projection and all that is no matrix stay as they are; the others by the scheme.
 */
@SuppressWarnings("ImmutableEnumChecker") // encoders are records of one number
public enum Scheme {
  INT8(new Int8Encoder(32), new Int8Encoder(32), new Int8Encoder(32)),
  INT4(new Int8Encoder(64), new Int4Encoder(64), new Int4Encoder(64)),
  /** Routed experts in int4, the rest in int8. */
  MIXED(new Int8Encoder(64), new Int4Encoder(32), new Int8Encoder(64));

  private final Encoder tables;
  private final Encoder experts;
  private final Encoder others;

  Scheme(Encoder tables, Encoder experts, Encoder others) {
    this.tables = tables;
    this.experts = experts;
    this.others = others;
  }

  /** How a weight is quantised, if it is; before {@link Blocks} has looked at its width. */
  public Optional<Encoder> encoder(Role role) {
    return switch (role.kind()) {
      case TABLE -> Optional.of(tables);
      case EXPERT -> Optional.of(experts);
      case MATRIX -> Optional.of(others);
      case SENSITIVE, PLAIN -> Optional.empty();
    };
  }
}
