package io.deltaport.evaluate.parity;

import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Sums up the rows of one tensor, ours beside the reference's. */
final class Comparison {
  /** Of a tensor: largest difference over {@code max(1, largest reference value)}. */
  static final double BOUND = 1e-4;

  /** Of a loss: difference over the reference. */
  static final double LOSS_BOUND = 1e-5;

  /** A best token that leads by less is ambiguous. */
  private static final float LEAD = 1e-4f;

  private double maxAbs;
  private double largest;
  private double dot;
  private double ours2;
  private double reference2;
  private long rows;
  private long leftOut;

  void add(FloatBuffer ours, FloatBuffer reference) {
    rows++;
    for (int i = 0; i < reference.limit(); i++) {
      float o = ours.get(i);
      float r = reference.get(i);
      // Math.max keeps NaN
      maxAbs = Math.max(maxAbs, Float.isFinite(o) ? Math.abs(o - r) : Double.NaN);
      largest = Math.max(largest, Math.abs(r));
      dot += (double) o * r;
      ours2 += (double) o * o;
      reference2 += (double) r * r;
    }
  }

  void leaveOut() {
    leftOut++;
  }

  /**
   * What the rows come to.
   *
   * @param official how far official float32 is from the reference, where that says
   * @throws RunException if there was no row: nothing would be said to be equal
   */
  ParityRow row(String name, Optional<Double> official) {
    if (rows + leftOut == 0) {
      throw ReferenceTensors.refused(name, "at least one row to compare", "none");
    }
    double scale = Math.max(1, largest);
    double maxRel = maxAbs / scale;
    double share = maxRel / BOUND;
    Optional<Double> officialShare = official.map(error -> error / scale / BOUND);
    Verdict verdict = verdict(ParityRow.used(share, officialShare));
    return new ParityRow(name, maxAbs, maxRel, cosine(), share, officialShare, verdict);
  }

  /** A loss. */
  static ParityRow scalar(String name, double ours, double reference, Optional<Double> official) {
    double maxAbs = Double.isFinite(ours) ? Math.abs(ours - reference) : Double.NaN;
    double allowed = LOSS_BOUND * Math.abs(reference);
    double share = maxAbs == 0 ? 0 : maxAbs / allowed;
    double cosine = Double.isFinite(ours) ? Math.signum(ours) * Math.signum(reference) : Double.NaN;
    double maxRel = maxAbs / Math.max(1, Math.abs(reference));
    Optional<Double> officialShare =
        official.map(error -> error == 0 ? Double.valueOf(0) : Double.valueOf(error / allowed));
    Verdict verdict = ParityRow.used(share, officialShare) <= 1 ? Verdict.PASS : Verdict.FAIL;
    return new ParityRow(name, maxAbs, maxRel, cosine, share, officialShare, verdict);
  }

  /** Whether a row of reference logits has a best token that a rounding could change. */
  static boolean ambiguous(FloatBuffer logits) {
    float best = Float.NEGATIVE_INFINITY;
    float second = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.limit(); i++) {
      float value = logits.get(i);
      if (value > best) {
        second = best;
        best = value;
      } else if (value > second) {
        second = value;
      }
    }
    return logits.limit() > 1 && best - second < LEAD;
  }

  private Verdict verdict(double used) {
    // NaN is no number within the bound
    if (!(used <= 1)) {
      return Verdict.FAIL;
    }
    return leftOut > 0 ? Verdict.AMBIGUOUS : Verdict.PASS;
  }

  private double cosine() {
    double norms = Math.sqrt(ours2) * Math.sqrt(reference2);
    return norms == 0 ? (ours2 == reference2 ? 1 : 0) : dot / norms;
  }
}
