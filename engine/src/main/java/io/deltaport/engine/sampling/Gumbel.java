package io.deltaport.engine.sampling;

/**
 * Gumbel noise out of a hash of (seed, choice, position, id), so that the noise of a token depends
 * on nothing else: {@code G = -log(-log u)}, {@code u} from the hash's highest 52 bits {@code n} as
 * {@code (2n + 1) / 2^53}, never 0 and never 1. The hash takes its numbers one after the other,
 * {@code h = mix((h ^ number) + 0x9e3779b97f4a7c15)} from {@code h = 0}, where {@code mix} is the
 * finalizer of SplitMix64 (Steele, Lea and Flood 2014). These numbers never change: a seed means
 * the same draws in every version.
 */
final class Gumbel {
  /** No noise is larger: {@code -log(-log(1 - 2^-53))} is 36.74. */
  static final double MOST = 36.75;

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final double LN_2 = 0.6931471805599453;
  private static final double SLACK = 1e-9;

  private Gumbel() {}

  /** The hash of all but the id. */
  static long place(long seed, int choice, long position) {
    return next(next(next(0, seed), choice), position);
  }

  /** The hash with the id. */
  static long hash(long place, int id) {
    return next(place, id);
  }

  /** The noise of a hash. {@code StrictMath}: the same bits on every machine. */
  static double noise(long hash) {
    double u = (2 * (hash >>> 12) + 1) * 0x1p-53;
    return -StrictMath.log(-StrictMath.log(u));
  }

  /**
   * At least the noise of a hash, without a logarithm: {@code -log u >= 1 - u}, and {@code 1 - u}
   * is above {@code 2^-(z+1)} where the complement of the hash begins with {@code z} zeros.
   */
  static double most(long hash) {
    return (Long.numberOfLeadingZeros(~hash) + 1) * LN_2 + SLACK;
  }

  private static long next(long hash, long number) {
    long z = (hash ^ number) + GOLDEN;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
