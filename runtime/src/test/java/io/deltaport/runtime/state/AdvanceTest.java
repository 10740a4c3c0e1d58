package io.deltaport.runtime.state;

import static io.deltaport.runtime.state.Advances.advance;
import static io.deltaport.runtime.state.Advances.ids;
import static io.deltaport.runtime.state.Advances.reserved;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.runtime.options.Capacity;
import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AdvanceTest {
  private final StatePool pool = new StatePool(CountedMemory::new, new Capacity(4, 64, 0));
  private final SequenceState state = new SequenceState(pool);

  @Test
  void loadsTheSlotThatTheLastStepSavedAndSavesIntoAnother() {
    advance(TokenAdvance.savingLast(state, ids(0, 1)));
    Advance next = reserved(TokenAdvance.savingLast(state, ids(1, 2)));

    assertEquals(state.slot(), next.loadSlot());
    assertNotEquals(next.loadSlot(), next.saveSlot(1));
    assertEquals(SequenceState.NO_SLOT, next.saveSlot(0));
  }

  @Test
  void savesIntoASlotForEachTokenOfADraft() {
    Advance draft = reserved(TokenAdvance.savingEvery(state, ids(0, 3)));

    assertEquals(3, IntStream.range(0, 3).map(draft::saveSlot).distinct().count());
  }

  @Test
  void takesOnlyBlocksThatAreNotThereYet() {
    advance(TokenAdvance.savingLast(state, ids(0, 40)));

    assertEquals(0, TokenAdvance.savingLast(state, ids(40, 24)).neededBlocks());
    assertEquals(1, TokenAdvance.savingLast(state, ids(40, 25)).neededBlocks());
    assertEquals(2, TokenAdvance.savingLast(state, ids(40, 24)).blockCount());
  }

  @Test
  @DisplayName("pitfall 33: a step that is undone leaves the sequence as it was and gives all back")
  void undoLeavesNoTrace() {
    advance(TokenAdvance.savingLast(state, ids(0, 40)));
    SequenceState fork = state.share();
    long used = pool.used();
    int slot = state.slot();

    Advance failed = reserved(TokenAdvance.savingEvery(state, ids(40, 30)));
    failed.undo();

    assertEquals(used, pool.used());
    assertEquals(40, state.length());
    assertEquals(slot, state.slot());
    assertEquals(1039, state.id(39));
    fork.release();
  }

  @Test
  void undoKeepsABlockThatTheSequenceHadAlready() {
    advance(TokenAdvance.savingLast(state, ids(0, 40)));
    long used = pool.used();

    reserved(TokenAdvance.savingLast(state, ids(40, 1))).undo();

    assertEquals(used, pool.used());
  }

  @Test
  void copiesABlockThatAForkSharesBeforeItIsWritten() {
    advance(TokenAdvance.savingLast(state, ids(0, 40)));
    SequenceState fork = state.share();

    Advance next = reserved(TokenAdvance.savingLast(state, ids(40, 1)));

    assertEquals(1, next.copies(new int[1], new int[1], 0));
    assertEquals(fork.block(0), next.block(0));
    assertNotEquals(fork.block(1), next.block(1));
  }

  @Test
  void theLastOwnerOfABlockWritesItInPlace() {
    advance(TokenAdvance.savingLast(state, ids(0, 40)));
    state.share().release();

    Advance next = reserved(TokenAdvance.savingLast(state, ids(40, 1)));

    assertEquals(0, next.copies(new int[1], new int[1], 0));
  }

  @Test
  void theHiddenStatesOfSavedTokensComeBackWithThem() {
    List<HiddenState> hidden = IntStream.range(0, 3).mapToObj(i -> hidden(i)).toList();
    TokenAdvance draft = reserved(TokenAdvance.savingEvery(state, ids(0, 3)));
    draft.commit(hidden);

    assertSame(hidden.get(2), state.hidden());
    state.cut(2);
    assertSame(hidden.get(1), state.hidden());
    advance(TokenAdvance.savingLast(state, ids(2, 1)));
    assertNull(state.hidden());
  }

  @Test
  void aDraftTakesNoSlotAndTheSequenceGetsNoLonger() {
    advance(TokenAdvance.savingLast(state, ids(0, 31)));
    int slot = state.slot();
    DraftAdvance draft = DraftAdvance.of(state, 0, ids(1, 33));

    assertEquals(0, draft.neededSlots());
    assertEquals(1, draft.neededBlocks(), "row 32 is in the second block");
    advance(draft);
    assertEquals(31, state.length());
    assertEquals(slot, state.slot());
    assertEquals(33, state.mtpRows());
  }

  @Test
  void aDraftGoesOnWhereTheHeadIsOrBefore() {
    advance(TokenAdvance.savingLast(state, ids(0, 20)));
    advance(DraftAdvance.of(state, 0, ids(1, 10)));
    advance(DraftAdvance.of(state, 4, ids(5, 2)));

    assertEquals(6, state.mtpRows());
    assertThrows(RunException.class, () -> DraftAdvance.of(state, 7, 1));
    assertThrows(RunException.class, () -> DraftAdvance.of(state, -1, 1));
  }

  private static HiddenState hidden(float value) {
    return HiddenState.copyOf(FloatBuffer.wrap(new float[] {value}));
  }
}
