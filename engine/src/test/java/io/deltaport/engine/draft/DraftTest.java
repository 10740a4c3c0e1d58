package io.deltaport.engine.draft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DraftTest {
  private static final int[] NONE = {};

  @Test
  void whatFollowedTheSameTokensIsProposed() {
    NgramDrafter drafter = new NgramDrafter();
    drafter.add(1, 2, 3, 4, 5, 9, 9, 1, 2, 3);
    assertArrayEquals(new int[] {4, 5, 9, 9}, drafter.propose(4));
    assertArrayEquals(new int[] {4}, drafter.propose(1));
    assertArrayEquals(NONE, drafter.propose(0));
    drafter.add(7);
    assertArrayEquals(NONE, drafter.propose(4));
  }

  @Test
  void theLongestSameEndCountsThenTheLatest() {
    NgramDrafter drafter = new NgramDrafter();
    drafter.add(5, 1, 2, 30, 6, 1, 2, 40, 7, 1, 2, 50, 6, 1, 2);
    assertArrayEquals(new int[] {40}, drafter.propose(1));
    NgramDrafter latest = new NgramDrafter();
    latest.add(1, 2, 30, 1, 2, 40, 1, 2);
    assertArrayEquals(new int[] {40}, latest.propose(1));
  }

  @Test
  void aTextThatRepeatsOneTokenIsFollowedUpToItsEnd() {
    NgramDrafter drafter = new NgramDrafter();
    drafter.add(8, 8, 8, 8);
    assertArrayEquals(new int[] {8}, drafter.propose(5));
  }

  @Test
  void proposalsStandInTheTextWhateverItsLength() {
    Random random = new Random(1);
    int[] text = random.ints(5000, 0, 6).toArray();
    NgramDrafter drafter = new NgramDrafter();
    int proposed = 0;
    for (int i = 0; i < text.length; i++) {
      drafter.add(text[i]);
      int[] draft = drafter.propose(5);
      if (draft.length > 0) {
        proposed++;
        assertTrue(stands(text, i + 1, draft), "at " + i);
      }
    }
    assertTrue(proposed > 4000, "proposed " + proposed);
  }

  /** Whether the last two tokens and the draft after them are in the first {@code size}. */
  private static boolean stands(int[] text, int size, int... draft) {
    for (int at = 2; at + draft.length <= size; at++) {
      if (text[at - 1] == text[size - 1]
          && text[at - 2] == text[size - 2]
          && Arrays.equals(text, at, at + draft.length, draft, 0, draft.length)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aLengthPaysByWhatIsRightAndWhatItTakes() {
    DraftLength free = new DraftLength(8, 0.7);
    assertEquals(8, free.best(more -> 100));
    assertEquals(0, new DraftLength(8, 0.7).best(more -> 100 + 100 * more));
    assertEquals(0, new DraftLength(8, 0.7).best(more -> 0)); // nothing is known
    DraftLength some = new DraftLength(8, 0.9);
    int best = some.best(more -> 100 + 40 * more);
    assertTrue(best > 0 && best < 8, "best " + best);
  }

  @Test
  void draftsThatAreWrongStopAndAreTriedAgainNowAndThen() {
    DraftLength length = new DraftLength(4, 0.7);
    for (int i = 0; i < 100; i++) {
      length.verified(4, 0);
    }
    int tried = 0;
    for (int i = 0; i < 640; i++) {
      tried += length.best(more -> 100 + 10 * more) > 0 ? 1 : 0;
    }
    assertEquals(10, tried);
    for (int i = 0; i < 100; i++) {
      length.verified(4, 4);
    }
    assertEquals(4, length.best(more -> 100 + 10 * more));
  }
}
