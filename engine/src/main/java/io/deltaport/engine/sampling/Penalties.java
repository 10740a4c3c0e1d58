package io.deltaport.engine.sampling;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Lowers the logits of tokens that were there before, by what prompt and output hold. */
final class Penalties {
  private final Sampling sampling;
  private final BitSet seen = new BitSet();
  private final Map<Integer, Integer> output = new HashMap<>();

  Penalties(Sampling sampling, int... prompt) {
    this.sampling = sampling;
    for (int id : prompt) {
      seen.set(id);
    }
  }

  /** Counts a token of the output. */
  void add(int id) {
    seen.set(id);
    output.merge(id, 1, Integer::sum);
  }

  /** Applies the penalties to logits {@code [vocab]}. */
  void apply(float[] logits) {
    seen.stream().filter(id -> id < logits.length).forEach(id -> repeat(logits, id));
    output.forEach(
        (id, times) ->
            logits[id] -=
                (float) (sampling.presencePenalty() + sampling.frequencyPenalty() * times));
  }

  private void repeat(float[] logits, int id) {
    float penalty = (float) sampling.repetitionPenalty();
    logits[id] = logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty;
  }
}
