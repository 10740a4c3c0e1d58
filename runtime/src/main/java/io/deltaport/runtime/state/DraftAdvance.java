package io.deltaport.runtime.state;

import io.deltaport.runtime.options.RunException;

/**
 * Rows of the MTP head: it caches them in the sequence's blocks, has no linear layer, and the
 * sequence gets no longer.
 */
public final class DraftAdvance extends Advance {
  private DraftAdvance(SequenceState state, int from, int... ids) {
    super(state, from, ids);
  }

  /**
   * The rows {@code from} and on, one an id; what was cached from there on is replaced.
   *
   * @throws RunException if the head has not cached all rows before
   */
  public static DraftAdvance of(SequenceState state, long from, int... ids) {
    if (from < 0 || from > state.mtpRows()) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "MTP step begins at row %d, the head has %d rows of this sequence"
              .formatted(from, state.mtpRows()));
    }
    return new DraftAdvance(state, (int) from, ids);
  }

  @Override
  public int loadSlot() {
    return SequenceState.NO_SLOT;
  }

  @Override
  public int saveSlot(int token) {
    return SequenceState.NO_SLOT;
  }

  @Override
  public int neededSlots() {
    return 0;
  }

  @Override
  void reserveSlots(StatePool pool) {}

  @Override
  void releaseSlots(StatePool pool) {}

  /** The run has returned: these rows are cached. */
  public void commit() {
    commitBlocks();
    state().setMtpRows(from() + tokens());
  }
}
