package io.deltaport.evaluate.quality;

import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.RunException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Measures how well a model predicts a text: windows of 512 tokens without overlap, of each window
 * the first token is context only. Sums are in double.
 */
public final class Perplexity {
  private static final int MOST_TOKENS = 2048;
  private static final long MOST_LOGITS = 1 << 25;

  private final Model model;
  private final LongConsumer progress;
  private final Cancellation cancellation;

  /**
   * @param progress told how many tokens have been read since the last call
   * @param cancellation ends a measurement from another thread
   */
  public Perplexity(Model model, LongConsumer progress, Cancellation cancellation) {
    this.model = model;
    this.progress = progress;
    this.cancellation = cancellation;
  }

  /** The perplexity of a text of at least two tokens. */
  public Quality measure(int... ids) {
    Scores scores = new Scores();
    try (WindowReader reader = new WindowReader(model)) {
      for (List<Windows.Piece> run : runs(ids)) {
        try (StepResult result = reader.read(run, cancellation)) {
          for (int i = 0; i < run.size(); i++) {
            scores.add(run.get(i), result.get(i).logits());
          }
        }
        progress.accept(tokens(run));
      }
    }
    return scores.quality(ids.length, Optional.empty());
  }

  /** The same, and how far the model's predictions are from those of {@code reference}. */
  public Quality measureAgainst(Model reference, int... ids) {
    Scores scores = new Scores();
    Distances distances = new Distances();
    try (WindowReader ours = new WindowReader(model);
        WindowReader theirs = new WindowReader(reference)) {
      for (List<Windows.Piece> run : runs(ids)) {
        try (StepResult result = ours.read(run, cancellation);
            StepResult expected = theirs.read(run, cancellation)) {
          for (int i = 0; i < run.size(); i++) {
            FloatRows logits = result.get(i).logits();
            scores.add(run.get(i), logits);
            distances.add(run.get(i), expected.get(i).logits(), logits);
          }
        }
        progress.accept(tokens(run));
      }
    }
    return scores.quality(ids.length, Optional.of(distances.divergence()));
  }

  private List<List<Windows.Piece>> runs(int... ids) {
    if (ids.length < 2) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "perplexity needs a text of at least two tokens, found " + ids.length);
    }
    long rows = Math.max(1, MOST_LOGITS / model.info().vocabSize());
    return Windows.runs(ids, (int) Math.min(MOST_TOKENS, rows));
  }

  private static long tokens(List<Windows.Piece> run) {
    return run.stream().mapToLong(piece -> piece.ids().length).sum();
  }
}
