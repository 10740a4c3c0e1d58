package io.deltaport.engine.sampling;

/**
 * Draws one of some tokens with the probabilities that their logits give: the one with the highest
 * {@code logit / temperature + noise} (Gumbel-max), whatever order they come in. Without noise it
 * is the one with the highest logit.
 */
final class Draw {
  private final double temperature;
  private final float best;
  private final boolean noisy;
  private final long place;
  private double highest = Double.NEGATIVE_INFINITY;
  private int id = -1;

  private Draw(double temperature, float best, boolean noisy, long place) {
    this.temperature = temperature;
    this.best = best;
    this.noisy = noisy;
    this.place = place;
  }

  /**
   * With noise.
   *
   * @param best the highest of the logits
   * @param place {@link Gumbel#place}
   */
  static Draw noisy(double temperature, float best, long place) {
    return new Draw(temperature, best, true, place);
  }

  /** Without noise. */
  static Draw plain(float best) {
    return new Draw(1, best, false, 0);
  }

  /** One more token. Most are out by a bound of their noise, so that few logarithms are taken. */
  void consider(int candidate, float logit) {
    double scaled = ((double) logit - best) / temperature;
    if (noisy) {
      if (scaled + Gumbel.MOST < highest) {
        return;
      }
      long hash = Gumbel.hash(place, candidate);
      if (scaled + Gumbel.most(hash) < highest) {
        return;
      }
      scaled += Gumbel.noise(hash);
    }
    if (id < 0 || scaled > highest || (scaled == highest && candidate < id)) {
      highest = scaled;
      id = candidate;
    }
  }

  /** The token drawn. */
  int id() {
    return id;
  }
}
