package io.deltaport.engine.draft;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * How long a draft pays, none included: the length with the most expected tokens a time, from how
 * often drafts of this output were right place by place, and from what steps take. One that does
 * not pay is tried again now and then. Belongs to one thread.
 */
public final class DraftLength {
  private static final double NEWEST = 0.1;
  private static final double GAIN = 1.05;
  private static final int AGAIN = 64;

  private final double[] right; // chance that a place is right, given those before it are
  private int since;

  /** Drafts of up to so many tokens, each of which is {@code expected} to be right at first. */
  public DraftLength(int most, double expected) {
    right = new double[most];
    Arrays.fill(right, expected);
  }

  /**
   * The length to draft.
   *
   * @param nanos what a step takes that has so many tokens more than without a draft, the drafting
   *     included; 0 for none = nothing is known yet, and then nothing is drafted
   */
  public int best(IntToDoubleFunction nanos) {
    double plain = nanos.applyAsDouble(0);
    int best = 0;
    if (plain == 0) {
      return 0;
    }
    double bestRate = GAIN / plain;
    double expected = 1;
    double chance = 1;
    for (int length = 1; length <= right.length; length++) {
      chance *= right[length - 1];
      expected += chance;
      double rate = expected / nanos.applyAsDouble(length);
      if (rate > bestRate) {
        bestRate = rate;
        best = length;
      }
    }
    if (best == 0 && right.length > 0 && ++since >= AGAIN) {
      since = 0;
      return 1;
    }
    return best;
  }

  /** A draft of so many tokens had so many right from its start. */
  public void verified(int drafted, int accepted) {
    for (int place = 0; place < Math.min(drafted, accepted + 1); place++) {
      double hit = place < accepted ? 1 : 0;
      right[place] += NEWEST * (hit - right[place]);
    }
  }
}
