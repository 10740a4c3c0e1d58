package io.deltaport.runtime;

import io.deltaport.runtime.state.Advance;
import io.deltaport.runtime.state.HiddenState;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a step as its sequence keeps them: ids, and for an MTP head the hidden states of
 * saved tokens.
 */
final class StepTokens implements Advance.Tokens {
  private final Step step;
  private final int firstSaved;
  private final int firstRow;
  private @Nullable FloatRows hidden;

  private StepTokens(Step step, int firstSaved, int firstRow) {
    this.step = step;
    this.firstSaved = firstSaved;
    this.firstRow = firstRow;
  }

  /** Ids only. */
  static StepTokens of(Step step) {
    return new StepTokens(step, step.tokens(), 0);
  }

  /** Has the run fetch the hidden states of the step's saved tokens too. */
  static StepTokens keeping(Step step, Packing.Part part, Packing packing) {
    int first = step.save() == SaveRows.EVERY ? 0 : step.tokens() - 1;
    int row = packing.keepHidden(part.firstToken() + first);
    for (int t = first + 1; t < step.tokens(); t++) {
      packing.keepHidden(part.firstToken() + t);
    }
    return new StepTokens(step, first, row);
  }

  /** The run's hidden states. */
  void take(FloatRows table) {
    hidden = table;
  }

  @Override
  public int id(int token) {
    return step.id(token);
  }

  @Override
  public @Nullable HiddenState hidden(int token) {
    if (hidden == null || token < firstSaved) {
      return null;
    }
    return HiddenState.copyOf(hidden.row(firstRow + token - firstSaved));
  }
}
