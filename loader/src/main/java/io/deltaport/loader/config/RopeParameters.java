package io.deltaport.loader.config;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How positions rotate queries and keys: one record for each {@code rope_type} of transformers'
 * {@code modeling_rope_utils.py}. {@code rotary_dim = int(head_dim * partialRotaryFactor)} is what
 * the formulas use.
 */
public sealed interface RopeParameters {
  /** Base of the wavelengths, {@code rope_theta}. */
  double ropeTheta();

  /** Share of {@code head_dim} that rotates. */
  double partialRotaryFactor();

  /** The {@code rope_type} in a config. */
  String ropeType();

  /**
   * {@code int(head_dim * partial_rotary_factor)}, as Python cuts it: what the frequencies are
   * computed over.
   */
  default long rotaryDim(long headDim) {
    return (long) (headDim * partialRotaryFactor());
  }

  /** Rotated dims of a head, a whole number of pairs. */
  default long rotary(long headDim) {
    return (rotaryDim(headDim) + 1) / 2 * 2;
  }

  /** What cos and sin are multiplied by. */
  default double attentionFactor() {
    return 1.0;
  }

  /**
   * The length of a sequence beyond which it rotates by other frequencies; 0 where lengths do not
   * matter.
   */
  default long lengthLimit() {
    return 0;
  }

  /** How fast theta grows with a length beyond the limit; 1 where it does not. */
  default double growth() {
    return 1;
  }

  /** What one of several functions makes of it, by its type. */
  <R> R map(Cases<R> cases);

  /** A function for each type. */
  interface Cases<R> {
    R byDefault(Default rope);

    R linear(Linear rope);

    R proportional(Proportional rope);

    R dynamic(Dynamic rope);

    R yarn(Yarn rope);

    R longRope(LongRope rope);

    R llama3(Llama3 rope);
  }

  /** {@code default}: the plain form. */
  record Default(double ropeTheta, double partialRotaryFactor) implements RopeParameters {
    /** Checks. */
    public Default {
      common(ropeTheta, partialRotaryFactor).check();
    }

    @Override
    public String ropeType() {
      return "default";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.byDefault(this);
    }
  }

  /** {@code linear}: frequencies divided by {@code factor}. */
  record Linear(double ropeTheta, double partialRotaryFactor, double factor)
      implements RopeParameters {
    /** Checks. */
    public Linear {
      scaled(ropeTheta, partialRotaryFactor, factor).check();
    }

    @Override
    public String ropeType() {
      return "linear";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.linear(this);
    }
  }

  /**
   * {@code proportional}: {@code int(partialRotaryFactor * head_dim // 2)} frequencies over the
   * whole head, zeros after them, divided by {@code factor}.
   */
  record Proportional(double ropeTheta, double partialRotaryFactor, double factor)
      implements RopeParameters {
    /** Checks. */
    public Proportional {
      scaled(ropeTheta, partialRotaryFactor, factor).check();
    }

    @Override
    public String ropeType() {
      return "proportional";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.proportional(this);
    }

    @Override
    public long rotary(long headDim) {
      return headDim / 2 * 2;
    }
  }

  /**
   * {@code dynamic}: theta grows with the length beyond {@code maxPositionEmbeddings}.
   *
   * @param maxPositionEmbeddings the config's {@code max_position_embeddings}
   */
  record Dynamic(
      double ropeTheta, double partialRotaryFactor, double factor, long maxPositionEmbeddings)
      implements RopeParameters {
    /** Checks. */
    public Dynamic {
      Rules rules = scaled(ropeTheta, partialRotaryFactor, factor);
      rules.range("max_position_embeddings", maxPositionEmbeddings, 1, ModelConfig.MOST_POSITIONS);
      rules.check();
    }

    @Override
    public String ropeType() {
      return "dynamic";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.dynamic(this);
    }

    @Override
    public long lengthLimit() {
      return maxPositionEmbeddings;
    }

    @Override
    public double growth() {
      return factor;
    }
  }

  /**
   * {@code yarn}.
   *
   * @param factor as given, or {@code max_position_embeddings / original_max_position_embeddings}
   *     where it is null
   * @param givenAttentionFactor {@code attention_factor}, where it is given
   * @param mscale {@code mscale} and {@code mscaleAllDim}: used where both are given and neither is
   *     zero
   * @param truncate whether the correction range is rounded outwards
   */
  record Yarn(
      double ropeTheta,
      double partialRotaryFactor,
      double factor,
      long originalMaxPositionEmbeddings,
      OptionalDouble givenAttentionFactor,
      OptionalDouble mscale,
      OptionalDouble mscaleAllDim,
      double betaFast,
      double betaSlow,
      boolean truncate)
      implements RopeParameters {
    /** Checks. */
    public Yarn {
      Rules rules = scaled(ropeTheta, partialRotaryFactor, factor);
      original(rules, originalMaxPositionEmbeddings);
      givenAttentionFactor.ifPresent(value -> rules.notNegative("attention_factor", value));
      mscale.ifPresent(value -> rules.finite("mscale", value));
      mscaleAllDim.ifPresent(value -> rules.finite("mscale_all_dim", value));
      rules.positive("beta_fast", betaFast);
      rules.positive("beta_slow", betaSlow);
      rules.holds(ropeTheta != 1, "rope_theta", "another base than 1 for yarn", "1");
      rules.check();
    }

    @Override
    public String ropeType() {
      return "yarn";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.yarn(this);
    }

    @Override
    public double attentionFactor() {
      if (givenAttentionFactor.isPresent()) {
        return givenAttentionFactor.getAsDouble();
      }
      double numerator = mscale.orElse(0);
      double denominator = mscaleAllDim.orElse(0);
      return numerator != 0 && denominator != 0 ? scale(numerator) / scale(denominator) : scale(1);
    }

    private double scale(double mscale) {
      return factor <= 1 ? 1.0 : 0.1 * mscale * Math.log(factor) + 1.0;
    }
  }

  /**
   * {@code longrope}: one list of factors up to {@code originalMaxPositionEmbeddings} positions,
   * another beyond.
   *
   * @param factor as given, or {@code max_position_embeddings / original_max_position_embeddings}
   * @param shortFactor one a frequency
   * @param longFactor one a frequency
   */
  record LongRope(
      double ropeTheta,
      double partialRotaryFactor,
      double factor,
      long originalMaxPositionEmbeddings,
      OptionalDouble givenAttentionFactor,
      List<Double> shortFactor,
      List<Double> longFactor)
      implements RopeParameters {
    /** Checks and copies. */
    public LongRope {
      shortFactor = List.copyOf(shortFactor);
      longFactor = List.copyOf(longFactor);
      Rules rules = scaled(ropeTheta, partialRotaryFactor, factor);
      original(rules, originalMaxPositionEmbeddings);
      givenAttentionFactor.ifPresent(value -> rules.notNegative("attention_factor", value));
      factors(rules, "short_factor", shortFactor);
      factors(rules, "long_factor", longFactor);
      rules.check();
    }

    @Override
    public String ropeType() {
      return "longrope";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.longRope(this);
    }

    @Override
    public long lengthLimit() {
      return originalMaxPositionEmbeddings;
    }

    @Override
    public double attentionFactor() {
      if (givenAttentionFactor.isPresent()) {
        return givenAttentionFactor.getAsDouble();
      }
      return factor <= 1
          ? 1.0
          : Math.sqrt(1 + Math.log(factor) / Math.log((double) originalMaxPositionEmbeddings));
    }
  }

  /** {@code llama3}: low frequencies divided by {@code factor}, those between interpolated. */
  record Llama3(
      double ropeTheta,
      double partialRotaryFactor,
      double factor,
      double lowFreqFactor,
      double highFreqFactor,
      long originalMaxPositionEmbeddings)
      implements RopeParameters {
    /** Checks. */
    public Llama3 {
      Rules rules = scaled(ropeTheta, partialRotaryFactor, factor);
      rules.positive("low_freq_factor", lowFreqFactor);
      rules.positive("high_freq_factor", highFreqFactor);
      rules.holds(
          highFreqFactor > lowFreqFactor,
          "high_freq_factor, low_freq_factor",
          "the high one above the low one",
          highFreqFactor + " and " + lowFreqFactor);
      original(rules, originalMaxPositionEmbeddings);
      rules.check();
    }

    @Override
    public String ropeType() {
      return "llama3";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.llama3(this);
    }
  }

  private static Rules common(double ropeTheta, double partialRotaryFactor) {
    Rules rules = new Rules();
    rules.positive("rope_theta", ropeTheta);
    rules.holds(
        partialRotaryFactor > 0 && partialRotaryFactor <= 1,
        "partial_rotary_factor",
        "above 0 and at most 1",
        Double.toString(partialRotaryFactor));
    return rules;
  }

  private static Rules scaled(double ropeTheta, double partialRotaryFactor, double factor) {
    Rules rules = common(ropeTheta, partialRotaryFactor);
    rules.positive("factor", factor);
    return rules;
  }

  private static void original(Rules rules, long positions) {
    rules.range("original_max_position_embeddings", positions, 2, ModelConfig.MOST_POSITIONS);
  }

  private static void factors(Rules rules, String key, List<Double> factors) {
    factors.stream()
        .filter(factor -> !(factor > 0 && factor < Double.POSITIVE_INFINITY))
        .findFirst()
        .ifPresent(factor -> rules.positive(key, factor));
  }
}
