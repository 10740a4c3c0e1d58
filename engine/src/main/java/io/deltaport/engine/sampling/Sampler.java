package io.deltaport.engine.sampling;

import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;

/**
 * Picks the tokens of one output, one after the other, as its {@link Sampling} says. Belongs to one
 * thread.
 */
public final class Sampler {
  private final Sampling sampling;
  private final Penalties penalties;
  private final SplittableRandom random;

  public Sampler(Sampling sampling, int... prompt) {
    this.sampling = sampling;
    this.penalties = new Penalties(sampling, prompt);
    this.random = new SplittableRandom(sampling.seed());
  }

  /** How many best tokens are enough to pick one, 0 = all logits are needed. */
  public int best() {
    if (sampling.penalises()) {
      return 0;
    }
    return sampling.isGreedy() ? 1 : sampling.topK();
  }

  /** Picks one of the {@link #best()} best tokens; of more, only those count. */
  public int pick(BestTokens top) {
    float[] logits = new float[Math.min(best(), top.count())];
    for (int rank = 0; rank < logits.length; rank++) {
      logits[rank] = top.logit(rank);
    }
    return top.id(pickIndex(logits));
  }

  /** Picks one of all tokens by their logits {@code [vocab]}. */
  public int pick(FloatBuffer row) {
    float[] logits = new float[row.remaining()];
    row.duplicate().get(logits);
    penalties.apply(logits);
    return pickIndex(logits);
  }

  /** Counts a picked token. */
  public void accept(int id) {
    penalties.add(id);
  }

  private int pickIndex(float[] logits) {
    Ranking ranking = new Ranking(logits);
    int best = ranking.at(0);
    if (!Float.isFinite(logits[best])) {
      throw new RunException(
          RunException.Reason.BACKEND, "the model's logits are not finite: " + logits[best]);
    }
    return sampling.isGreedy() ? best : draw(ranking, logits, logits[best]);
  }

  /** Keeps the best by top-k, then top-p, then min-p, and draws one by its weight. */
  private int draw(Ranking ranking, float[] logits, float best) {
    int most = sampling.topK() == 0 ? logits.length : Math.min(sampling.topK(), logits.length);
    double enough = sampling.topP() * total(ranking, logits, best, most);
    double sum = 0;
    int kept = 0;
    while (kept < most && (kept == 0 || sum < enough)) {
      double weight = weight(logits[ranking.at(kept)], best);
      if (kept > 0 && weight < sampling.minP()) {
        break;
      }
      sum += weight;
      kept++;
    }
    return drawn(ranking, logits, best, kept, random.nextDouble() * sum);
  }

  private double total(Ranking ranking, float[] logits, float best, int most) {
    double total = 0;
    for (int i = 0; i < most; i++) {
      total += weight(logits[most == logits.length ? i : ranking.at(i)], best);
    }
    return total;
  }

  private int drawn(Ranking ranking, float[] logits, float best, int kept, double point) {
    double left = point;
    for (int rank = 0; rank < kept - 1; rank++) {
      left -= weight(logits[ranking.at(rank)], best);
      if (left < 0) {
        return ranking.at(rank);
      }
    }
    return ranking.at(kept - 1);
  }

  /** The probability over that of the best token. */
  private double weight(float logit, float best) {
    return Math.exp(((double) logit - best) / sampling.temperature());
  }
}
