package io.deltaport.runtime;

import io.deltaport.runtime.state.SequenceState;
import io.deltaport.runtime.state.TokenAdvance;

/**
 * After which tokens of a step the state of the linear layers is saved, for {@link Sequence#crop}.
 */
public enum SaveState {
  /** After the last, where the next step goes on. */
  LAST,
  /**
   * After the last, and it stays a place to crop to until the sequence is cropped below it, closed,
   * or told to drop it ({@link Sequence#dropCheckpoints}). Costs a slot of state.
   */
  CHECKPOINT,
  /**
   * After every token, until the sequence's next step: to verify a draft and keep what is accepted.
   * Costs a slot of state a token.
   */
  EVERY;

  TokenAdvance advance(SequenceState state, int... ids) {
    return switch (this) {
      case LAST -> TokenAdvance.savingLast(state, ids);
      case CHECKPOINT -> TokenAdvance.savingCheckpoint(state, ids);
      case EVERY -> TokenAdvance.savingEvery(state, ids);
    };
  }
}
