package io.deltaport.runtime;

import io.deltaport.runtime.state.SequenceState;
import io.deltaport.runtime.state.TokenAdvance;

/**
 * After which tokens of a step the state of the linear layers is saved, for {@link Sequence#crop}.
 * After the last it always is: there the next step goes on.
 */
public final class SaveState {
  /** After the last alone. */
  public static final SaveState LAST = new SaveState(TokenAdvance::savingLast);

  /**
   * After the last, and it stays a place to crop to until the sequence is cropped below it, closed,
   * or told to drop it ({@link Sequence#dropCheckpoints}). Costs a slot of state.
   */
  public static final SaveState CHECKPOINT = new SaveState(TokenAdvance::savingCheckpoint);

  /**
   * After every token, until the sequence's next step: to verify a draft and keep what is accepted.
   * Costs a slot of state a token.
   */
  public static final SaveState EVERY = new SaveState(TokenAdvance::savingEvery);

  /** Lays out the next tokens of a sequence. */
  private interface Plan {
    TokenAdvance advance(SequenceState state, int... ids);
  }

  private final Plan plan;

  private SaveState(Plan plan) {
    this.plan = plan;
  }

  /**
   * After these tokens too, which stay places to crop to as with {@link #CHECKPOINT}. Costs a slot
   * of state each.
   *
   * @param tokens by their place in the step, in rising order
   */
  public static SaveState at(int... tokens) {
    int[] places = tokens.clone();
    return new SaveState((state, ids) -> TokenAdvance.savingAt(state, places, ids));
  }

  TokenAdvance advance(SequenceState state, int... ids) {
    return plan.advance(state, ids);
  }
}
