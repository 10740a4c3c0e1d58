package io.deltaport.converter.calibrate;

import io.deltaport.converter.rewrite.Feedback;
import io.deltaport.converter.rewrite.Rewrite;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Feedback that several pieces of work share: found by the first that asks, let go after the last.
 */
final class SharedFeedback {
  private final Supplier<Optional<Feedback>> source;
  private @Nullable Feedback feedback;
  private int pieces;

  SharedFeedback(Supplier<Optional<Feedback>> source) {
    this.source = source;
  }

  /** The feedback for so many columns. */
  synchronized Feedback get(int columns) {
    Feedback found = feedback;
    if (found == null) {
      found = source.get().orElseGet(() -> Feedback.none(columns));
      feedback = found;
    }
    return found;
  }

  /** Pieces that let the feedback go once all have run. */
  synchronized List<Rewrite.Piece> counted(List<Rewrite.Piece> work) {
    pieces += work.size();
    return work.stream().map(this::counted).toList();
  }

  private Rewrite.Piece counted(Rewrite.Piece piece) {
    return out -> {
      long bytes = piece.run(out);
      ended();
      return bytes;
    };
  }

  private synchronized void ended() {
    pieces--;
    if (pieces == 0) {
      feedback = null;
    }
  }
}
