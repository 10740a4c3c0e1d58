package io.deltaport.loader.config;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * {@code generation_config.json}: what a text generation starts from. A field that is absent there
 * is absent here; what transformers takes then is said in each line.
 *
 * @param eosTokenIds ids that end a text, none where no id is given
 * @param doSample sampling, or the best token; absent means the best token
 * @param temperature from 0; absent means 1
 * @param topK how many tokens are kept, 0 for all; absent means 50
 * @param topP mass of the tokens that are kept; absent means 1
 * @param minP share of the best token's probability that others need; absent means 0
 * @param repetitionPenalty above 0; absent means 1
 * @param lengthPenalty exponent of a beam's length; absent means 1
 * @param maxNewTokens most tokens of a continuation
 * @param numBeams beams of a search; absent means 1
 * @param keysIgnored keys of the file that are not known here, and therefore change nothing
 */
public record GenerationConfig(
    List<Long> eosTokenIds,
    boolean doSample,
    OptionalDouble temperature,
    OptionalLong topK,
    OptionalDouble topP,
    OptionalDouble minP,
    OptionalDouble repetitionPenalty,
    OptionalDouble lengthPenalty,
    OptionalLong maxNewTokens,
    OptionalLong numBeams,
    List<String> keysIgnored) {
  /** Checks and copies. */
  public GenerationConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
    keysIgnored = List.copyOf(keysIgnored);
    Rules rules = new Rules();
    temperature.ifPresent(value -> rules.notNegative("temperature", value));
    topK.ifPresent(value -> rules.range("top_k", value, 0, Integer.MAX_VALUE));
    topP.ifPresent(value -> share(rules, "top_p", value));
    minP.ifPresent(value -> share(rules, "min_p", value));
    repetitionPenalty.ifPresent(value -> rules.positive("repetition_penalty", value));
    lengthPenalty.ifPresent(value -> rules.finite("length_penalty", value));
    maxNewTokens.ifPresent(value -> rules.range("max_new_tokens", value, 0, Integer.MAX_VALUE));
    numBeams.ifPresent(value -> rules.range("num_beams", value, 1, 1 << 16));
    rules.check();
  }

  private static void share(Rules rules, String key, double value) {
    rules.holds(value >= 0 && value <= 1, key, "0 to 1", Double.toString(value));
  }
}
