package io.deltaport.engine.sampling;

import java.util.Arrays;

/**
 * The best tokens of a whole vocabulary that together have a probability, without putting it in
 * order: weights are summed by buckets of their logits, and only the tokens of the bucket where the
 * sum is reached are sorted.
 */
final class TopP {
  /** The weight of a token so far below the best is below half a unit of the sum's last place. */
  private static final double DEEPEST = 50;

  private static final int BUCKETS = 4096;

  private final double[] sums = new double[BUCKETS];
  private final Candidates border = new Candidates();

  /**
   * Gives the draw the tokens that top-p keeps of all.
   *
   * @param best the highest of the logits
   */
  void keep(Logits logits, Sampling sampling, float best, Draw draw) {
    Arrays.fill(sums, 0);
    logits.each(
        (id, logit) -> {
          double below = sampling.below(logit, best);
          if (below < DEEPEST) {
            sums[bucket(below)] += Math.exp(-below);
          }
        });
    double enough = sampling.topP() * Arrays.stream(sums).sum();
    int last = 0;
    double before = 0;
    while (last < BUCKETS - 1 && before + sums[last] < enough) {
      before += sums[last++];
    }
    keep(logits, sampling, best, draw, last);
    keepBorder(sampling, best, draw, before, enough);
  }

  /** All tokens of the buckets before the last; those of the last are put aside. */
  private void keep(Logits logits, Sampling sampling, float best, Draw draw, int last) {
    border.clear(Integer.MAX_VALUE);
    logits.each(
        (id, logit) -> {
          double below = sampling.below(logit, best);
          int bucket = below < DEEPEST ? bucket(below) : BUCKETS;
          if (bucket == last) {
            border.offer(id, logit);
          } else if (bucket < last) {
            draw.consider(id, logit);
          }
        });
  }

  private void keepBorder(Sampling sampling, float best, Draw draw, double before, double enough) {
    border.sort();
    double sum = before;
    for (int rank = 0; rank < border.count() && (sum == 0 || sum < enough); rank++) {
      draw.consider(border.id(rank), border.logit(rank));
      sum += Math.exp(-sampling.below(border.logit(rank), best));
    }
  }

  private static int bucket(double below) {
    return (int) (below * (BUCKETS / DEEPEST));
  }
}
