package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.TokenAdvance;
import java.util.Objects;

/**
 * What one sequence gets in a run: its next tokens (a prompt, a chunk of it, one token, a draft to
 * verify), and what is wanted of them. Immutable; the {@code with}-like methods return a new one.
 */
public final class Step {
  private final Sequence sequence;
  private final int[] ids;
  private final Wanted wanted;
  private final SaveState save;

  private Step(Sequence sequence, int[] ids, Wanted wanted, SaveState save) {
    this.sequence = Objects.requireNonNull(sequence);
    this.ids = ids;
    this.wanted = wanted;
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
    return new Step(sequence, ids.clone(), Wanted.USUAL, SaveState.LAST);
  }

  /** The logits of these tokens are returned. */
  public Step logits(RowSelection rows) {
    return new Step(sequence, ids, wanted.withLogits(rows), save);
  }

  /** The final-normed hidden states of these tokens are returned. */
  public Step hidden(RowSelection rows) {
    return new Step(sequence, ids, wanted.withHidden(rows), save);
  }

  /** The {@code k} best tokens of each row of logits are returned too, best first. */
  public Step topK(int k) {
    return new Step(sequence, ids, wanted.withTopK(k), save);
  }

  /** After which tokens the state is saved. */
  public Step save(SaveState tokens) {
    return new Step(sequence, ids, wanted, tokens);
  }

  public Sequence sequence() {
    return sequence;
  }

  /** How many tokens. */
  public int tokens() {
    return ids.length;
  }

  /** The id of token {@code index}. */
  public int id(int index) {
    return ids[index];
  }

  Wanted wanted() {
    return wanted;
  }

  TokenAdvance advance() {
    return save.advance(sequence.state(), ids);
  }
}
