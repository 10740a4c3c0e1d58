package io.deltaport.engine.sampling;

import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;

/**
 * The logits of the ids that may be picked, penalties applied, read where they lie: nothing is
 * copied. Ids that the tokenizer does not have (the padding of a vocabulary) may never be picked.
 */
final class Logits {
  /** Told of each id that may be picked, lower ids first. */
  @FunctionalInterface
  interface Visitor {
    void visit(int id, float logit);
  }

  private final FloatBuffer row;
  private final int count;
  private final Allowed allowed;
  private final Penalties penalties;

  Logits(FloatBuffer row, int knownIds, Allowed allowed, Penalties penalties) {
    this.row = row.slice();
    this.count = Math.min(knownIds, this.row.remaining());
    this.allowed = allowed;
    this.penalties = penalties;
  }

  /** One pass over all of them, whole words of ids that may not be picked skipped. */
  void each(Visitor visitor) {
    for (int first = 0; first < count; first += Long.SIZE) {
      long word = allowed.word(first / Long.SIZE);
      if (count - first < Long.SIZE) {
        word &= (1L << (count - first)) - 1;
      }
      while (word != 0) {
        int id = first + Long.numberOfTrailingZeros(word);
        word &= word - 1;
        float logit = penalties.apply(id, row.get(id));
        if (requireNumber(logit) != Float.NEGATIVE_INFINITY) {
          visitor.visit(id, logit);
        }
      }
    }
  }

  /** The highest of the logits. */
  float best() {
    Highest highest = new Highest();
    each(highest);
    return requireFinite(highest.logit);
  }

  /** The best logit of those that may be picked, which must be finite. */
  static float requireFinite(float best) {
    if (!Float.isFinite(best)) {
      throw notFinite(best);
    }
    return best;
  }

  /** The same, of any logit: negative infinity is one that no draw takes. */
  static float requireNumber(float logit) {
    if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
      throw notFinite(logit);
    }
    return logit;
  }

  private static RunException notFinite(float found) {
    return new RunException(
        RunException.Reason.BACKEND,
        found == Float.NEGATIVE_INFINITY
            ? "no token may be picked: each is masked, banned or has a logit of negative infinity"
            : "the model's logits are not finite: " + found);
  }

  private static final class Highest implements Visitor {
    private float logit = Float.NEGATIVE_INFINITY;

    @Override
    public void visit(int id, float found) {
      logit = Math.max(logit, found);
    }
  }
}
