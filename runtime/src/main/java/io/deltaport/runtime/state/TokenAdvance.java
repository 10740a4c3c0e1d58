package io.deltaport.runtime.state;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.SavedSlot.Lifetime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The next tokens of a sequence: it gets longer, and the state after some of them is saved. */
public final class TokenAdvance extends Advance {
  private final int[] saved; // tokens, in rising order; the last of all is always among them
  private final int[] slots; // of those
  private final Lifetime lifetime; // of all but the last
  private final Lifetime lastLifetime;

  private TokenAdvance(
      SequenceState state, int[] saved, Lifetime lifetime, Lifetime lastLifetime, int... ids) {
    super(state, state.length(), ids);
    if (ids.length > Integer.MAX_VALUE - StatePool.BLOCK - state.length()) {
      throw new RunException(
          RunException.Reason.CAPACITY,
          "a sequence of %d tokens cannot take %d more".formatted(state.length(), ids.length));
    }
    this.saved = saved;
    this.slots = new int[saved.length];
    this.lifetime = lifetime;
    this.lastLifetime = lastLifetime;
  }

  /** The state after the last token is saved: there the next step goes on. */
  public static TokenAdvance savingLast(SequenceState state, int... ids) {
    return new TokenAdvance(state, last(ids), Lifetime.STEP, Lifetime.STEP, ids);
  }

  /** The same, and it stays a place to cut to. */
  public static TokenAdvance savingCheckpoint(SequenceState state, int... ids) {
    return new TokenAdvance(state, last(ids), Lifetime.STEP, Lifetime.KEPT, ids);
  }

  /** The state after every token is saved, until the next step. */
  public static TokenAdvance savingEvery(SequenceState state, int... ids) {
    int[] every = IntStream.range(0, ids.length).toArray();
    return new TokenAdvance(state, every, Lifetime.STEP, Lifetime.STEP, ids);
  }

  /**
   * The state after these tokens is saved too, and they stay places to cut to.
   *
   * @param places in {@code ids}, in rising order
   */
  public static TokenAdvance savingAt(SequenceState state, int[] places, int... ids) {
    boolean keepsLast = false;
    for (int i = 0; i < places.length; i++) {
      if (places[i] < (i == 0 ? 0 : places[i - 1] + 1) || places[i] >= ids.length) {
        throw new RunException(
            RunException.Reason.ARGUMENT,
            "places to save at: rising, from 0 to %d expected, found %s"
                .formatted(ids.length - 1, Arrays.toString(places)));
      }
      keepsLast = places[i] == ids.length - 1;
    }
    int[] saved =
        keepsLast
            ? places.clone()
            : IntStream.concat(Arrays.stream(places), Arrays.stream(last(ids))).toArray();
    return new TokenAdvance(
        state, saved, Lifetime.KEPT, keepsLast ? Lifetime.KEPT : Lifetime.STEP, ids);
  }

  private static int[] last(int... ids) {
    return new int[] {ids.length - 1};
  }

  /** The tokens after which the state is saved, in rising order. */
  public int[] savedTokens() {
    return saved.clone();
  }

  @Override
  public int loadSlot() {
    return state().slot();
  }

  @Override
  public int saveSlot(int token) {
    int index = Arrays.binarySearch(saved, token);
    return index < 0 ? SequenceState.NO_SLOT : slots[index];
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
   * @param hidden hidden states of the {@link #savedTokens}, or none where they are not kept
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
      state.keep(saved(i, lifetime, hidden));
    }
    state.replaceSlot(slots[last]);
    state.setHidden(hidden(last, hidden));
    if (lastLifetime == Lifetime.KEPT) {
      state.pool().retainSlot(slots[last]);
      state.keep(saved(last, Lifetime.KEPT, hidden));
    }
  }

  private SavedSlot saved(int index, Lifetime until, List<HiddenState> hidden) {
    return new SavedSlot(from() + saved[index] + 1, slots[index], until, hidden(index, hidden));
  }

  private static @Nullable HiddenState hidden(int index, List<HiddenState> hidden) {
    return hidden.isEmpty() ? null : hidden.get(index);
  }
}
