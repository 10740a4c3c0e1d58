package io.deltaport.engine.sampling;

import io.deltaport.runtime.options.RunException;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How the next token is picked from the logits. The steps come in this order: bias, repetition
 * penalty (over prompt and output, {@code RepetitionPenaltyLogitsProcessor} of transformers),
 * frequency and presence penalty (over the output, as OpenAI's API and vLLM define them),
 * temperature, top-k, top-p, min-p ({@code TemperatureLogitsWarper} and so on). Where top-k cuts
 * between equal logits the lower ids stay.
 *
 * @param temperature divides the logits; 0 = always the best token
 * @param topK picks among so many best tokens; 0 = among all
 * @param topP picks among the best tokens that together have this probability; 1 = among all
 * @param minP picks among tokens at least this many times as likely as the best; 0 = among all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen; 1 = none
 * @param presencePenalty taken off the logit of each token of the output; 0 = none
 * @param frequencyPenalty taken off as often as the output has the token; 0 = none
 * @param logitBias added to the logits of these ids first of all, -100 to 100; -100 = never picked
 * @param seed of the draws: the same seed, model and options give the same tokens; empty = one is
 *     drawn for each request
 */
public record Sampling(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Float> logitBias,
    OptionalLong seed) {
  private static final float MOST_BIAS = 100;

  /** The best token, no penalties. */
  public static final Sampling GREEDY =
      new Sampling(0, 0, 1, 0, 1, 0, 0, Map.of(), OptionalLong.empty());

  public Sampling {
    require(
        temperature >= 0 && Double.isFinite(temperature), "temperature at least 0", temperature);
    require(topK >= 0, "top-k at least 0", topK);
    require(topP > 0 && topP <= 1, "top-p above 0, at most 1", topP);
    require(minP >= 0 && minP <= 1, "min-p from 0 to 1", minP);
    require(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetition penalty above 0",
        repetitionPenalty);
    require(Double.isFinite(presencePenalty), "finite presence penalty", presencePenalty);
    require(Double.isFinite(frequencyPenalty), "finite frequency penalty", frequencyPenalty);
    logitBias = Map.copyOf(logitBias);
    Objects.requireNonNull(seed);
    logitBias.forEach(
        (id, bias) -> {
          require(id >= 0, "token ids of at least 0 in the logit bias", id);
          require(Math.abs(bias) <= MOST_BIAS, "logit bias from -100 to 100", bias);
        });
  }

  /** Whether always the best token is picked, so that nothing is drawn. */
  public boolean isGreedy() {
    return temperature == 0 || topK == 1;
  }

  /** How far a logit is below the best, divided by the temperature: 0 or more. */
  double below(float logit, float best) {
    return ((double) best - logit) / temperature;
  }

  /** Whether min-p keeps a token so far {@link #below} the best. */
  boolean isWithinMinP(double below) {
    return minP == 0 || below == 0 || Math.exp(-below) >= minP;
  }

  /** Whether a token's logit depends on the tokens before. */
  public boolean penalises() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }

  public Sampling withTemperature(double value) {
    return new Sampling(
        value,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public Sampling withTopK(int value) {
    return new Sampling(
        temperature,
        value,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public Sampling withTopP(double value) {
    return new Sampling(
        temperature,
        topK,
        value,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public Sampling withMinP(double value) {
    return new Sampling(
        temperature,
        topK,
        topP,
        value,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        seed);
  }

  public Sampling withRepetitionPenalty(double value) {
    return new Sampling(
        temperature, topK, topP, minP, value, presencePenalty, frequencyPenalty, logitBias, seed);
  }

  public Sampling withPresencePenalty(double value) {
    return new Sampling(
        temperature, topK, topP, minP, repetitionPenalty, value, frequencyPenalty, logitBias, seed);
  }

  public Sampling withFrequencyPenalty(double value) {
    return new Sampling(
        temperature, topK, topP, minP, repetitionPenalty, presencePenalty, value, logitBias, seed);
  }

  /** With these added to the logits of ids. */
  public Sampling withLogitBias(Map<Integer, Float> value) {
    return new Sampling(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        value,
        seed);
  }

  /** With this seed. */
  public Sampling withSeed(long value) {
    return new Sampling(
        temperature,
        topK,
        topP,
        minP,
        repetitionPenalty,
        presencePenalty,
        frequencyPenalty,
        logitBias,
        OptionalLong.of(value));
  }

  private static void require(boolean holds, String expected, double found) {
    if (!holds) {
      throw new RunException(
          RunException.Reason.ARGUMENT, "sampling: expected " + expected + ", found " + found);
    }
  }
}
