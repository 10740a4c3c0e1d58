package io.deltaport.runtime.state;

import org.jspecify.annotations.Nullable;

/**
 * A row that holds the linear-layer state of a sequence as it was after {@code length} tokens.
 *
 * @param length tokens that had been seen
 * @param row the pool's row
 * @param lifetime how long it is kept
 * @param hidden hidden state of the last of these tokens, where the model has an MTP head
 */
record SavedRow(int length, int row, Lifetime lifetime, @Nullable HiddenState hidden) {
  enum Lifetime {
    /** Until the sequence's next step. */
    STEP,
    /** Until the sequence is cropped below it or closed. */
    KEPT
  }
}
