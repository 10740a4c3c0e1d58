package io.deltaport.engine.sampling;

import io.deltaport.runtime.options.RunException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes the logits of single tokens: first by a bias, then by what prompt and output hold. Most
 * tokens are neither biased nor there, which costs a look at one bit.
 */
final class Penalties {
  /** A token with this bias is never picked, as OpenAI's API has it. */
  private static final float BANNED = -100;

  private final Sampling sampling;
  private final BitSet seen = new BitSet();
  private final BitSet changed = new BitSet();
  private final Map<Integer, Integer> output = new HashMap<>();

  Penalties(Sampling sampling, int knownIds, int... prompt) {
    this.sampling = sampling;
    for (int id : sampling.logitBias().keySet()) {
      if (id >= knownIds) {
        throw new RunException(
            RunException.Reason.ARGUMENT,
            "logit bias: expected token ids below %d, found %d".formatted(knownIds, id));
      }
      changed.set(id);
    }
    if (sampling.repetitionPenalty() != 1) {
      for (int id : prompt) {
        seen.set(id);
      }
      changed.or(seen);
    }
  }

  /** Counts a token of the output. */
  void add(int id) {
    if (sampling.penalises()) {
      seen.set(id);
      changed.set(id);
      output.merge(id, 1, Integer::sum);
    }
  }

  /** The token's logit as it counts; negative infinity = it is banned. */
  float apply(int id, float logit) {
    return changed.get(id) ? changed(id, logit) : logit;
  }

  private float changed(int id, float logit) {
    float bias = sampling.logitBias().getOrDefault(id, 0f);
    if (bias == BANNED) {
      return Float.NEGATIVE_INFINITY;
    }
    float changed = logit + bias;
    if (seen.get(id)) {
      float penalty = (float) sampling.repetitionPenalty();
      changed = changed < 0 ? changed * penalty : changed / penalty;
    }
    Integer times = output.get(id);
    return times == null
        ? changed
        : changed - (float) (sampling.presencePenalty() + sampling.frequencyPenalty() * times);
  }
}
