package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Brings the spellings of the rotation to one, as {@code RotaryEmbeddingConfigMixin} of
 * transformers does: {@code rope_scaling} goes before {@code rope_parameters}, keys inside go
 * before {@code rope_theta} and {@code partial_rotary_factor} beside them, and {@code type} is an
 * old name of {@code rope_type}.
 */
public final class RopeReader {
  private static final double THETA = 10_000;
  private static final double PARTIAL = 0.25;

  /** The rotation of a config that says nothing of it; stands in for one that is wrong too. */
  static final RopeParameters DEFAULT = new RopeParameters.Default(THETA, PARTIAL);

  private static final Set<String> LAYER_TYPES = Set.of("full_attention", "linear_attention");

  private final ConfigFields config;
  private final ConfigFields rope;
  private final long maxPositions;
  private final double theta;
  private final double partial;

  private RopeReader(ConfigFields config, ObjectNode rope, long maxPositions) {
    this.config = config;
    this.rope = new ConfigFields(rope);
    this.maxPositions = maxPositions;
    this.theta = theta();
    this.partial = partial();
  }

  /**
   * The rotation of a config; problems are noted there.
   *
   * @param more reads the keys of the rotation that only a family has
   */
  public static RopeParameters read(
      ConfigFields config, long maxPositions, Consumer<ConfigFields> more) {
    Optional<ObjectNode> scaling = config.object("rope_scaling").filter(o -> !o.isEmpty());
    Optional<ObjectNode> parameters = config.object("rope_parameters");
    String key = scaling.isPresent() ? "rope_scaling" : "rope_parameters";
    ObjectNode object =
        scaling.or(() -> parameters).orElseGet(JsonNodeFactory.instance::objectNode);
    RopeReader reader = new RopeReader(config, object, maxPositions);
    try {
      more.accept(reader.rope);
      RopeParameters read = reader.rope.check(reader::parameters);
      reader.rope.unknown().forEach(unknown -> config.ignore(key + ": " + unknown));
      return read;
    } catch (CheckpointException e) {
      config.doubt("partial_rotary_factor");
      return config.adopt(key, e, DEFAULT);
    }
  }

  private RopeParameters parameters() {
    if (LAYER_TYPES.stream().anyMatch(rope::has)) {
      return rope.wrong(
          "full_attention", "one rotation for all layers", "one a layer type", DEFAULT);
    }
    rope.know(List.of("type", "rope_type"));
    String type = rope.has("rope_type") ? rope.text("rope_type", "") : rope.text("type", "default");
    return switch (type) {
      case "default" -> plain();
      case "linear" -> new RopeParameters.Linear(theta, partial, factor());
      case "proportional" ->
          new RopeParameters.Proportional(theta, partial, rope.optionalNumber("factor").orElse(1));
      case "dynamic" -> new RopeParameters.Dynamic(theta, partial, factor(), maxPositions);
      case "yarn" -> yarn();
      case "longrope" -> longRope();
      case "llama3" -> llama3();
      default ->
          rope.wrong(
              "rope_type",
              "default, linear, proportional, dynamic, yarn, longrope or llama3",
              "\"" + type + "\"",
              DEFAULT);
    };
  }

  private RopeParameters plain() {
    return new RopeParameters.Default(theta, partial);
  }

  private RopeParameters yarn() {
    long original = original();
    return new RopeParameters.Yarn(
        theta,
        partial,
        rope.has("factor")
            ? rope.optionalNumber("factor").orElse((double) maxPositions / original)
            : factor(),
        original,
        rope.optionalNumber("attention_factor"),
        rope.optionalNumber("mscale"),
        rope.optionalNumber("mscale_all_dim"),
        orElse(rope.optionalNumber("beta_fast"), 32),
        orElse(rope.optionalNumber("beta_slow"), 1),
        rope.flag("truncate", true));
  }

  private RopeParameters longRope() {
    long original = original();
    return new RopeParameters.LongRope(
        theta,
        partial,
        rope.optionalNumber("factor").orElse((double) maxPositions / original),
        original,
        rope.optionalNumber("attention_factor"),
        rope.numbers("short_factor"),
        rope.numbers("long_factor"));
  }

  private RopeParameters llama3() {
    return new RopeParameters.Llama3(
        theta,
        partial,
        factor(),
        required("low_freq_factor"),
        required("high_freq_factor"),
        original());
  }

  private double theta() {
    double beside = config.has("rope_theta") ? config.number("rope_theta", THETA) : THETA;
    if (rope.has("rope_theta")) {
      return rope.number("rope_theta", THETA);
    }
    return config.has("rope_theta") ? beside : config.defaulted("rope_theta", THETA);
  }

  private double partial() {
    boolean given = config.has("partial_rotary_factor");
    // transformers lets an explicit null pass its default of 0.25 and then takes 1
    double beside = given ? orElse(config.optionalNumber("partial_rotary_factor"), 1) : PARTIAL;
    if (rope.has("partial_rotary_factor")) {
      return rope.number("partial_rotary_factor", PARTIAL);
    }
    return given ? beside : config.defaulted("partial_rotary_factor", PARTIAL);
  }

  private double factor() {
    return required("factor");
  }

  private long original() {
    String key = "original_max_position_embeddings";
    if (config.has(key)) {
      rope.know(List.of(key));
      return config.whole(key, maxPositions);
    }
    return rope.has(key) ? rope.whole(key, maxPositions) : maxPositions;
  }

  private double required(String key) {
    return rope.has(key) ? rope.number(key, 1) : rope.wrong(key, "a number", "nothing", 1.0);
  }

  private static double orElse(OptionalDouble value, double other) {
    return value.orElse(0) == 0 ? other : value.getAsDouble();
  }
}
