package io.deltaport.engine.sampling;

/**
 * Draws one of some tokens with the probabilities that their logits give, min-p applied: the one
 * with the highest {@code logit / temperature + noise} (Gumbel-max), whatever order they come in.
 * Greedy sampling has no noise: the highest logit is drawn.
 */
final class Draw {
  private final Sampling sampling;
  private final float best;
  private final long place;
  private double highest = Double.NEGATIVE_INFINITY;
  private int id = -1;

  /**
   * A draw among tokens.
   *
   * @param best the highest of their logits
   * @param place {@link Gumbel#place}
   */
  Draw(Sampling sampling, float best, long place) {
    this.sampling = sampling;
    this.best = best;
    this.place = place;
  }

  /**
   * One more token. Most are out by a bound of their noise, so that few logarithms are taken; those
   * that min-p drops are looked for among the few that would win.
   */
  void consider(int candidate, float logit) {
    if (sampling.isGreedy()) {
      take(candidate, logit);
      return;
    }
    double below = sampling.below(logit, best);
    if (Gumbel.MOST - below < highest) {
      return;
    }
    long hash = Gumbel.hash(place, candidate);
    if (Gumbel.most(hash) - below < highest) {
      return;
    }
    double score = Gumbel.noise(hash) - below;
    if (score >= highest && sampling.isWithinMinP(below)) {
      take(candidate, score);
    }
  }

  private void take(int candidate, double score) {
    if (id < 0 || score > highest || (score == highest && candidate < id)) {
      highest = score;
      id = candidate;
    }
  }

  /** The token drawn. */
  int id() {
    return id;
  }
}
