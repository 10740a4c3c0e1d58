package io.deltaport.runtime.state;

import static io.deltaport.runtime.state.Advances.advance;
import static io.deltaport.runtime.state.Advances.ids;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.options.Capacity;
import io.deltaport.runtime.options.RunException;
import org.junit.jupiter.api.Test;

class SequenceStateTest {
  private final StatePool pool = new StatePool(CountedMemory::new, new Capacity(4, 64, 0));
  private final SequenceState state = new SequenceState(pool);

  @Test
  void keepsTheIdsOfEveryToken() {
    advance(TokenAdvance.savingLast(state, ids(0, 70)));

    assertEquals(70, state.length());
    assertEquals(1000, state.id(0));
    assertEquals(1069, state.id(69));
    assertThrows(RunException.class, () -> state.id(70));
  }

  @Test
  void aForkKeepsItsIdsWhenTheOtherGoesOn() {
    advance(TokenAdvance.savingLast(state, ids(0, 40)));
    SequenceState fork = state.share();
    advance(TokenAdvance.savingLast(state, ids(40, 1)));
    advance(TokenAdvance.savingLast(fork, ids(40, 2)));

    assertEquals(1039, fork.id(39));
    assertEquals(1041, fork.id(41));
    assertEquals(1040, state.id(40));
  }

  @Test
  void isCutToTheNearestCheckpointAndDropsLaterOnes() {
    advance(TokenAdvance.savingCheckpoint(state, ids(0, 10)));
    int slot = state.slot();
    advance(TokenAdvance.savingCheckpoint(state, ids(10, 10)));
    advance(TokenAdvance.savingLast(state, ids(20, 10)));

    assertEquals(30, state.share().cut(30), "nothing to do");
    assertEquals(20, state.share().cut(25));
    assertEquals(10, state.cut(19));

    assertEquals(slot, state.slot());
    assertEquals(10, state.length());
    assertEquals(0, state.cut(9));
    assertEquals(SequenceState.NO_SLOT, state.slot());
  }

  @Test
  void theStatesOfADraftLiveUntilTheNextStepOnly() {
    advance(TokenAdvance.savingEvery(state, ids(0, 4)));
    assertEquals(2, state.share().cut(2));
    advance(TokenAdvance.savingLast(state, ids(4, 1)));

    assertEquals(0, state.cut(2));
  }

  @Test
  void chosenPlacesStayUntilTheyAreDropped() {
    advance(TokenAdvance.savingAt(state, new int[] {3, 29}, ids(0, 50)));
    advance(TokenAdvance.savingLast(state, ids(50, 1)));

    assertEquals(3, pool.usage().slots(), "two places and the end");
    assertEquals(4, cutOfAShare(29));
    assertEquals(30, cutOfAShare(50));
    state.dropCheckpoints(0);
    assertEquals(0, cutOfAShare(50));
    assertEquals(1, pool.usage().slots());
  }

  private int cutOfAShare(int target) {
    SequenceState share = state.share();
    int left = share.cut(target);
    share.release();
    return left;
  }

  @Test
  void theLastTokenMayBeAmongTheChosenPlaces() {
    advance(TokenAdvance.savingAt(state, new int[] {3, 9}, ids(0, 10)));
    advance(TokenAdvance.savingLast(state, ids(10, 1)));

    assertEquals(10, state.share().cut(10));
    assertEquals(4, state.cut(9));
  }

  @Test
  void placesMustBeTokensOfTheStepInRisingOrder() {
    int[] next = ids(0, 10);

    assertThrows(RunException.class, () -> TokenAdvance.savingAt(state, new int[] {10}, next));
    assertThrows(RunException.class, () -> TokenAdvance.savingAt(state, new int[] {-1}, next));
    assertThrows(RunException.class, () -> TokenAdvance.savingAt(state, new int[] {3, 3}, next));
    assertThrows(RunException.class, () -> TokenAdvance.savingAt(state, new int[] {4, 3}, next));
  }

  @Test
  void whatIsSharedIsNobodysAlone() {
    advance(TokenAdvance.savingAt(state, new int[] {39}, ids(0, 70)));
    long all = 2 * CountedMemory.SLOT_BYTES + 3 * CountedMemory.BLOCK_BYTES;
    assertEquals(all, state.bytesAlone());

    SequenceState fork = state.share();
    assertEquals(0, state.bytesAlone());
    advance(TokenAdvance.savingLast(fork, ids(70, 30)));
    assertEquals(
        CountedMemory.SLOT_BYTES + 2 * CountedMemory.BLOCK_BYTES,
        fork.bytesAlone(),
        "the end, the block that was copied and the new one");
    assertEquals(CountedMemory.SLOT_BYTES + CountedMemory.BLOCK_BYTES, state.bytesAlone());
    fork.release();
    assertEquals(all, state.bytesAlone());
  }

  @Test
  void aPlaceThatIsAlsoTheEndIsCountedOnce() {
    advance(TokenAdvance.savingCheckpoint(state, ids(0, 10)));

    assertEquals(CountedMemory.SLOT_BYTES + CountedMemory.BLOCK_BYTES, state.bytesAlone());
    state.share();
    assertEquals(0, state.bytesAlone());
  }

  @Test
  void whatItHoldsIsNamedOnce() {
    advance(TokenAdvance.savingAt(state, new int[] {3, 39}, ids(0, 40)));

    HeldState held = state.held();

    assertEquals(2, held.slots().length, "the end is the second place");
    assertEquals(state.slot(), held.slots()[0]);
    assertArrayEquals(new int[] {state.block(0), state.block(1)}, held.blocks());
  }

  @Test
  void usageCountsWhatIsHeld() {
    advance(TokenAdvance.savingEvery(state, ids(0, 3)));
    advance(TokenAdvance.savingLast(state.share(), ids(3, 40)));

    assertEquals(
        new StateUsage(
            4, 4, CountedMemory.SLOT_BYTES, 3, 4, CountedMemory.BLOCK_BYTES, StatePool.BLOCK),
        pool.usage());
    assertEquals(0, pool.usage().freeSlots());
    assertEquals(1, pool.usage().freeBlocks());
    assertEquals(pool.bytes(), pool.usage().bytes());
  }

  @Test
  void aReservedPoolNeverGrows() {
    StatePool reserved = new StatePool(CountedMemory::new, new Capacity(1, 32, 0));
    reserved.reserve(3, 5);

    assertEquals(3, reserved.usage().slotCapacity());
    assertEquals(5, reserved.usage().blockCapacity());
    reserved.require(3, 5);
    assertThrows(RunException.class, () -> reserved.require(4, 0));
    assertThrows(RunException.class, () -> reserved.require(0, 6));
    assertEquals(5, reserved.usage().blockCapacity());
  }

  @Test
  void withoutSlotsItIsCutToAnyPlace() {
    StatePool blocksOnly = new StatePool(CountedMemory::withoutSlots, new Capacity(4, 64, 0));
    SequenceState attention = new SequenceState(blocksOnly);
    advance(TokenAdvance.savingLast(attention, ids(0, 40)));

    assertEquals(33, attention.cut(33));
    assertEquals(33, attention.length());
  }

  @Test
  void theLatestCheckpointsAreKept() {
    for (int i = 0; i < 5; i++) {
      advance(TokenAdvance.savingCheckpoint(state, ids(10 * i, 10)));
    }
    long used = pool.used();
    state.dropCheckpoints(2);

    assertEquals(used - 3, pool.used());
    assertEquals(40, state.share().cut(45));
    assertEquals(0, state.share().cut(39), "the third last is gone");
    state.dropCheckpoints(0);
    assertEquals(50, state.length());
    assertEquals(0, state.share().cut(49));
  }

  @Test
  void everythingGoesBackInTheEnd() {
    advance(TokenAdvance.savingEvery(state, ids(0, 70)));
    advance(TokenAdvance.savingCheckpoint(state, ids(70, 3)));
    SequenceState fork = state.share();
    advance(TokenAdvance.savingCheckpoint(fork, ids(73, 5)));
    assertEquals(73, fork.cut(74));
    state.release();
    fork.release();

    assertEquals(0, pool.used());
  }

  @Test
  void growsByDoublingUpToItsLimit() {
    long limit = 8 * CountedMemory.SLOT_BYTES + 8 * CountedMemory.BLOCK_BYTES;
    StatePool small = new StatePool(CountedMemory::new, new Capacity(3, 64, limit));
    small.require(5, 3);
    assertEquals(6 * CountedMemory.SLOT_BYTES + 4 * CountedMemory.BLOCK_BYTES, small.bytes());
    small.require(8, 4);
    assertEquals(8 * CountedMemory.SLOT_BYTES + 4 * CountedMemory.BLOCK_BYTES, small.bytes());

    RunException full = assertThrows(RunException.class, () -> small.require(9, 4));

    assertEquals(RunException.Reason.CAPACITY, full.reason());
    assertTrue(
        String.valueOf(full.getMessage()).contains("9 slots and 128 tokens needs 9040 bytes"));
  }
}
