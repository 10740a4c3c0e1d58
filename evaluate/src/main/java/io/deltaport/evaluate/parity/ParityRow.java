package io.deltaport.evaluate.parity;

import java.util.Objects;

/**
 * How one tensor compares with the reference. NaN stands for what cannot be said because one of our
 * values is not finite.
 *
 * @param name its name in the reference
 * @param maxAbs largest difference
 * @param maxRel {@code maxAbs / max(1, largest reference value)}
 * @param cosine of the angle between ours and the reference's, all values as one vector
 * @param share how much of the bound was used: 1 is just passed
 * @param verdict what it came to
 */
public record ParityRow(
    String name, double maxAbs, double maxRel, double cosine, double share, Verdict verdict) {
  /** Checks. */
  public ParityRow {
    Objects.requireNonNull(name);
    Objects.requireNonNull(verdict);
  }
}
