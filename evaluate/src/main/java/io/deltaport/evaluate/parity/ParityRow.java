package io.deltaport.evaluate.parity;

import java.util.Objects;
import java.util.Optional;

/**
 * How one tensor compares with the reference. NaN stands for what cannot be said because one of our
 * values is not finite.
 *
 * @param name its name in the reference
 * @param maxAbs largest difference
 * @param maxRel {@code maxAbs / max(1, largest reference value)}
 * @param cosine of the angle between ours and the reference's, all values as one vector
 * @param share how much of the bound the difference is
 * @param officialShare how much of it official float32 is off, where the reference says
 * @param verdict what it came to
 */
public record ParityRow(
    String name,
    double maxAbs,
    double maxRel,
    double cosine,
    double share,
    Optional<Double> officialShare,
    Verdict verdict) {
  /**
   * A row passes where it is within the bound, or no farther off than official float32 times this.
   */
  static final double AS_NEAR = 1.25;

  /** Checks. */
  public ParityRow {
    Objects.requireNonNull(name);
    Objects.requireNonNull(officialShare);
    Objects.requireNonNull(verdict);
  }

  /** How much was used of what is allowed: 1 is just passed. */
  public double used() {
    return used(share, officialShare);
  }

  static double used(double share, Optional<Double> officialShare) {
    return share / Math.max(1, AS_NEAR * officialShare.orElse(0.0));
  }
}
