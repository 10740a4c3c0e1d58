package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one sequence gets in a run: its next tokens (a prompt, a chunk of it, one token, a draft to
 * verify), and what is wanted of them. Immutable; the {@code with}-like methods return a new one.
 */
public final class Step implements SequenceRequest {
  private final Sequence sequence;
  private final int[] ids;
  private final @Nullable RowSelection logits;
  private final RowSelection hidden;
  private final int topK;
  private final SaveRows save;

  private Step(
      Sequence sequence,
      int[] ids,
      @Nullable RowSelection logits,
      RowSelection hidden,
      int topK,
      SaveRows save) {
    this.sequence = Objects.requireNonNull(sequence);
    this.ids = ids;
    this.logits = logits;
    this.hidden = Objects.requireNonNull(hidden);
    this.topK = topK;
    this.save = Objects.requireNonNull(save);
  }

  /**
   * The next tokens of a sequence, at least one; the logits of the last are returned, if the model
   * has any.
   */
  public static Step of(Sequence sequence, int... ids) {
    if (ids.length == 0) {
      throw new RunException(RunException.Reason.ARGUMENT, "a step needs at least one token");
    }
    return new Step(sequence, ids.clone(), null, RowSelection.NONE, 0, SaveRows.LAST);
  }

  /** The logits of these tokens are returned. */
  public Step logits(RowSelection rows) {
    return new Step(sequence, ids, Objects.requireNonNull(rows), hidden, topK, save);
  }

  /** The final-normed hidden states of these tokens are returned. */
  public Step hidden(RowSelection rows) {
    return new Step(sequence, ids, logits, rows, topK, save);
  }

  /** The {@code k} best tokens of each row of logits are returned too, best first. */
  public Step topK(int k) {
    if (k < 0) {
      throw new RunException(RunException.Reason.ARGUMENT, "top k must be at least 0, found " + k);
    }
    return new Step(sequence, ids, logits, hidden, k, save);
  }

  /** After which tokens the state is kept. */
  public Step save(SaveRows rows) {
    return new Step(sequence, ids, logits, hidden, topK, rows);
  }

  @Override
  public Sequence sequence() {
    return sequence;
  }

  /** How many tokens. */
  @Override
  public int tokens() {
    return ids.length;
  }

  /** The id of token {@code index}. */
  @Override
  public int id(int index) {
    return ids[index];
  }

  /** Whose logits are returned; null = the last token's, where the model has logits. */
  @Override
  public @Nullable RowSelection logits() {
    return logits;
  }

  /** Whose final-normed hidden states are returned. */
  @Override
  public RowSelection hidden() {
    return hidden;
  }

  /** How many best tokens are returned for a row of logits. */
  @Override
  public int topK() {
    return topK;
  }

  SaveRows save() {
    return save;
  }
}
