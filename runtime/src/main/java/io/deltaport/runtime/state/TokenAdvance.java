package io.deltaport.runtime.state;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.SavedSlot.Lifetime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The next tokens of a sequence: it gets longer, and the state after some of them is saved. */
public final class TokenAdvance extends Advance {
  private final int[] slots; // of the last so many tokens
  private final Lifetime lifetime; // of the very last

  private TokenAdvance(SequenceState state, int saved, Lifetime lifetime, int... ids) {
    super(state, state.length(), ids);
    this.slots = new int[saved];
    this.lifetime = lifetime;
  }

  /** The state after the last token is saved: there the next step goes on. */
  public static TokenAdvance savingLast(SequenceState state, int... ids) {
    return of(state, 1, Lifetime.STEP, ids);
  }

  /** The same, and it stays a place to cut to. */
  public static TokenAdvance savingCheckpoint(SequenceState state, int... ids) {
    return of(state, 1, Lifetime.KEPT, ids);
  }

  /** The state after every token is saved, until the next step. */
  public static TokenAdvance savingEvery(SequenceState state, int... ids) {
    return of(state, ids.length, Lifetime.STEP, ids);
  }

  private static TokenAdvance of(SequenceState state, int saved, Lifetime lifetime, int... ids) {
    if (ids.length > Integer.MAX_VALUE - StatePool.BLOCK - state.length()) {
      throw new RunException(
          RunException.Reason.CAPACITY,
          "a sequence of %d tokens cannot take %d more".formatted(state.length(), ids.length));
    }
    return new TokenAdvance(state, saved, lifetime, ids);
  }

  /** The state after so many of the last tokens is saved. */
  public int saved() {
    return slots.length;
  }

  @Override
  public int loadSlot() {
    return state().slot();
  }

  @Override
  public int saveSlot(int token) {
    int index = token - firstSaved();
    return index < 0 ? SequenceState.NO_SLOT : slots[index];
  }

  private int firstSaved() {
    return tokens() - slots.length;
  }

  @Override
  public int neededSlots() {
    return slots.length;
  }

  @Override
  void reserveSlots(StatePool pool) {
    for (int i = 0; i < slots.length; i++) {
      slots[i] = pool.takeSlot();
    }
  }

  @Override
  void releaseSlots(StatePool pool) {
    for (int slot : slots) {
      pool.releaseSlot(slot);
    }
  }

  /**
   * The run has returned: the sequence has these tokens.
   *
   * @param hidden hidden states of the {@link #saved} tokens, or none where they are not kept
   */
  public void commit(List<HiddenState> hidden) {
    SequenceState state = state();
    commitBlocks();
    state.dropStepSlots();
    for (int token = 0; token < tokens(); token++) {
      state.appendId(id(token));
    }
    int last = slots.length - 1;
    for (int i = 0; i < last; i++) {
      state.keep(saved(i, Lifetime.STEP, hidden));
    }
    state.replaceSlot(slots[last]);
    state.setHidden(hidden(last, hidden));
    if (lifetime == Lifetime.KEPT) {
      state.pool().retainSlot(slots[last]);
      state.keep(saved(last, Lifetime.KEPT, hidden));
    }
  }

  private SavedSlot saved(int index, Lifetime until, List<HiddenState> hidden) {
    int length = from() + firstSaved() + index + 1;
    return new SavedSlot(length, slots[index], until, hidden(index, hidden));
  }

  private static @Nullable HiddenState hidden(int index, List<HiddenState> hidden) {
    return hidden.isEmpty() ? null : hidden.get(index);
  }
}
