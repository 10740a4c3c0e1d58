package io.deltaport.evaluate.quality;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.LogSoftmax;
import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.Optional;

/** Sums up the negative log-probabilities of a text's tokens. */
final class Scores {
  private double sum;
  private long scored;

  /** Scores the predictions of a piece by its logits {@code [tokens, vocab]}. */
  void add(Windows.Piece piece, FloatRows logits) {
    for (int row = 0; row < piece.predictions(); row++) {
      int target = piece.target(row);
      if (target >= logits.width()) {
        throw new RunException(
            RunException.Reason.ARGUMENT,
            "token id %d of the text is beyond the model's vocabulary of %d"
                .formatted(target, logits.width()));
      }
      FloatBuffer values = logits.row(row);
      sum += LogSoftmax.logSumExp(values) - values.get(target);
      scored++;
    }
  }

  Quality quality(long tokens, Optional<Divergence> divergence) {
    if (!Double.isFinite(sum)) {
      throw new RunException(RunException.Reason.BACKEND, "the model's logits are not finite");
    }
    return new Quality(tokens, scored, Math.exp(sum / scored), divergence);
  }
}
