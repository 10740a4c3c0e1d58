package io.deltaport.runtime.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.SaveRows;
import io.deltaport.runtime.options.Capacity;
import io.deltaport.runtime.options.RunException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SequenceStateTest {
  private final StatePool pool = new StatePool(CountedMemory::new, new Capacity(4, 64, 0));
  private final SequenceState state = new SequenceState(pool);

  @Test
  void keepsTheIdsOfEveryToken() {
    advance(state, 70, SaveRows.LAST);

    assertEquals(70, state.length());
    assertEquals(1000, state.id(0));
    assertEquals(1069, state.id(69));
    assertThrows(RunException.class, () -> state.id(70));
  }

  @Test
  void loadsTheRowThatTheLastStepSavedAndSavesIntoAnother() {
    advance(state, 1, SaveRows.LAST);
    Advance next = plan(state, 2, SaveRows.LAST);

    assertEquals(state.row(), next.loadRow());
    assertNotEquals(next.loadRow(), next.saveRow(1));
    assertEquals(-1, next.saveRow(0));
    next.undo();
  }

  @Test
  void savesARowForEachTokenOfADraft() {
    Advance draft = plan(state, 3, SaveRows.EVERY);

    assertEquals(3, java.util.stream.IntStream.range(0, 3).map(draft::saveRow).distinct().count());
    draft.undo();
  }

  @Test
  @DisplayName("pitfall 33: a step that is undone leaves the sequence as it was and gives all back")
  void undoLeavesNoTrace() {
    advance(state, 40, SaveRows.LAST);
    SequenceState fork = state.share();
    long used = pool.used();
    int row = state.row();

    Advance failed = plan(state, 30, SaveRows.EVERY);
    failed.undo();

    assertEquals(used, pool.used());
    assertEquals(40, state.length());
    assertEquals(row, state.row());
    assertEquals(1039, state.id(39));
    fork.release();
  }

  @Test
  void copiesABlockThatAForkSharesBeforeItIsWritten() {
    advance(state, 40, SaveRows.LAST);
    SequenceState fork = state.share();

    Advance next = plan(state, 1, SaveRows.LAST);

    assertEquals(1, next.copies(new int[1], new int[1], 0));
    assertEquals(fork.block(0), next.block(0));
    assertNotEquals(fork.block(1), next.block(1));
    next.undo();
  }

  @Test
  void theLastOwnerOfABlockWritesItInPlace() {
    advance(state, 40, SaveRows.LAST);
    SequenceState fork = state.share();
    fork.release();

    Advance next = plan(state, 1, SaveRows.LAST);

    assertEquals(0, next.copies(new int[1], new int[1], 0));
    next.undo();
  }

  @Test
  void aForkKeepsItsIdsWhenTheOtherGoesOn() {
    advance(state, 40, SaveRows.LAST);
    SequenceState fork = state.share();
    advance(state, 1, SaveRows.LAST);
    advance(fork, 2, SaveRows.LAST);

    assertEquals(1039, fork.id(39));
    assertEquals(1041, fork.id(41));
    assertEquals(1040, state.id(40));
  }

  @Test
  void cutsToASavedRowAndDropsLaterOnes() {
    advance(state, 10, SaveRows.CHECKPOINT);
    int row = state.row();
    advance(state, 10, SaveRows.CHECKPOINT);
    advance(state, 10, SaveRows.LAST);

    assertEquals(10, state.nearestSaved(19));
    state.cutToSaved(10, 10);

    assertEquals(row, state.row());
    assertEquals(10, state.length());
    assertEquals(0, state.nearestSaved(9));
  }

  @Test
  void rowsOfADraftLiveUntilTheNextStepOnly() {
    advance(state, 4, SaveRows.EVERY);
    assertEquals(2, state.nearestSaved(2));
    advance(state, 1, SaveRows.LAST);

    assertEquals(0, state.nearestSaved(2));
  }

  @Test
  void everythingGoesBackInTheEnd() {
    advance(state, 70, SaveRows.EVERY);
    advance(state, 3, SaveRows.CHECKPOINT);
    SequenceState fork = state.share();
    advance(fork, 5, SaveRows.CHECKPOINT);
    fork.cutToSaved(73, 73);
    state.release();
    fork.release();

    assertEquals(0, pool.used());
  }

  @Test
  void growsByDoublingUpToItsLimit() {
    long limit = 8 * CountedMemory.ROW_BYTES + 8 * CountedMemory.BLOCK_BYTES;
    StatePool small = new StatePool(CountedMemory::new, new Capacity(3, 64, limit));
    small.require(5, 3);
    assertEquals(6 * CountedMemory.ROW_BYTES + 4 * CountedMemory.BLOCK_BYTES, small.bytes());
    small.require(8, 4);
    assertEquals(8 * CountedMemory.ROW_BYTES + 4 * CountedMemory.BLOCK_BYTES, small.bytes());

    RunException full = assertThrows(RunException.class, () -> small.require(9, 4));

    assertEquals(RunException.Reason.CAPACITY, full.reason());
    assertTrue(
        String.valueOf(full.getMessage()).contains("9 rows and 128 tokens needs 9040 bytes"));
  }

  private static Advance plan(SequenceState state, int tokens, SaveRows save) {
    Advance advance = Advance.ofModel(state, tokens, save);
    state.pool().require(advance.neededRows(), advance.neededBlocks());
    advance.reserve();
    return advance;
  }

  /** Ids are 1000 and on, by position. */
  private static void advance(SequenceState state, int tokens, SaveRows save) {
    Advance advance = plan(state, tokens, save);
    int[] from = new int[advance.neededBlocks() + 2];
    int[] to = from.clone();
    state.pool().copyBlocks(from, to, advance.copies(from, to, 0));
    int first = state.length();
    advance.commit(
        new Advance.Tokens() {
          @Override
          public int id(int token) {
            return 1000 + first + token;
          }

          @Override
          public @Nullable HiddenState hidden(int token) {
            return null;
          }
        });
  }
}
