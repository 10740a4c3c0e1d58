package io.deltaport.runtime.state;

import org.jspecify.annotations.Nullable;

/**
 * A slot that holds the linear-layer state of a sequence as it was after {@code length} tokens.
 *
 * @param length tokens that had been seen
 * @param slot the pool's slot
 * @param lifetime how long it is kept
 * @param hidden hidden state of the last of these tokens, where the model has an MTP head
 */
record SavedSlot(int length, int slot, Lifetime lifetime, @Nullable HiddenState hidden) {
  enum Lifetime {
    /** Until the sequence's next step. */
    STEP,
    /** Until the sequence is cropped below it or closed. */
    KEPT
  }

  boolean isCheckpoint() {
    return lifetime == Lifetime.KEPT;
  }
}
