package io.deltaport.engine.schedule;

/**
 * What steps take, learned as they run: a moving average a number of tokens, by powers of two and
 * the step between them. Belongs to one thread.
 */
public final class StepTimes {
  private static final double NEWEST = 0.2;
  private static final double UNKNOWN = 0.2;
  private static final int BUCKETS = 64;

  private final double[] nanos = new double[BUCKETS];

  /** A step of so many tokens took this. */
  public void ran(int tokens, long time) {
    int bucket = bucket(tokens);
    nanos[bucket] = nanos[bucket] == 0 ? time : nanos[bucket] + NEWEST * (time - nanos[bucket]);
  }

  /**
   * Nanoseconds of a step of so many tokens: where none has run yet, those of fewer tokens and a
   * fifth of it a token more; 0 = no step has run.
   */
  public double of(int tokens) {
    for (int fewer = tokens; fewer > 0; fewer--) {
      double known = nanos[bucket(fewer)];
      if (known > 0) {
        return known * (1 + UNKNOWN * (tokens - fewer));
      }
    }
    return 0;
  }

  /** Exact up to 16 tokens, then two a power of two. */
  private static int bucket(int tokens) {
    if (tokens <= 16) {
      return Math.max(0, tokens);
    }
    int power = 31 - Integer.numberOfLeadingZeros(tokens);
    int half = (tokens >> (power - 1)) & 1;
    return Math.min(BUCKETS - 1, 17 + 2 * (power - 4) + half);
  }
}
