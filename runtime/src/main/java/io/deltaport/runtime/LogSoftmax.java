package io.deltaport.runtime;

import java.nio.FloatBuffer;

/** Log-probabilities of a row of logits, summed in double, without a copy of the row. */
public final class LogSoftmax {
  private LogSoftmax() {}

  /**
   * {@code log(sum(exp(logits)))} of the remaining floats: a token's log-probability is its logit
   * less this. Negative infinity where all are.
   */
  public static double logSumExp(FloatBuffer logits) {
    float best = Float.NEGATIVE_INFINITY;
    for (int i = logits.position(); i < logits.limit(); i++) {
      best = Math.max(best, logits.get(i));
    }
    if (best == Float.NEGATIVE_INFINITY) {
      return best;
    }
    double sum = 0;
    for (int i = logits.position(); i < logits.limit(); i++) {
      sum += Math.exp((double) logits.get(i) - best);
    }
    return best + Math.log(sum);
  }
}
