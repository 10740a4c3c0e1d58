package io.deltaport.evaluate.quality;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.LogSoftmax;
import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the KL divergence of each prediction from a reference model's. */
final class Distances {
  private final List<Double> divergences = new ArrayList<>();
  private long agreed;

  /** Compares the predictions of a piece, both {@code [tokens, vocab]}. */
  void add(Windows.Piece piece, FloatRows reference, FloatRows logits) {
    if (reference.width() != logits.width()) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "models of one vocabulary expected, found %d and %d tokens"
              .formatted(logits.width(), reference.width()));
    }
    for (int row = 0; row < piece.predictions(); row++) {
      FloatBuffer expected = reference.row(row);
      FloatBuffer found = logits.row(row);
      divergences.add(divergence(expected, found));
      agreed += best(expected) == best(found) ? 1 : 0;
    }
  }

  Divergence divergence() {
    double[] sorted = divergences.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double mean = Arrays.stream(sorted).sum() / sorted.length;
    return new Divergence(mean, percentile(sorted, 0.999), (double) agreed / sorted.length);
  }

  private static double divergence(FloatBuffer reference, FloatBuffer logits) {
    double referenceTotal = LogSoftmax.logSumExp(reference);
    double total = LogSoftmax.logSumExp(logits);
    double sum = 0;
    for (int i = 0; i < reference.limit(); i++) {
      double expected = reference.get(i) - referenceTotal;
      sum += Math.exp(expected) * (expected - (logits.get(i) - total));
    }
    return sum;
  }

  private static int best(FloatBuffer logits) {
    int best = 0;
    for (int i = 1; i < logits.limit(); i++) {
      if (logits.get(i) > logits.get(best)) {
        best = i;
      }
    }
    return best;
  }

  /** Between the two nearest ranks by straight line. */
  static double percentile(double[] sorted, double share) {
    double rank = share * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
