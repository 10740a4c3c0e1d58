package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.padded.Padded;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fork, beams, snapshots, crop: each continues as the text alone would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SequencesTest {
  private final Model model = Tiny.open();
  private final int[] text = Tiny.ids(45, 11);

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  @DisplayName("pitfall 12: forks part, with KV, conv and recurrent state of their own")
  void fork() {
    int[] left = Tiny.ids(9, 12);
    int[] right = Tiny.ids(9, 13);
    try (Sequence one = after(text);
        Sequence two = one.fork()) {
      float[][] ones = Tiny.next(one, left);
      float[][] twos = Tiny.next(two, right);
      float[][] later = Tiny.next(one, 5);
      Tiny.assertSame(continued(text, left), ones);
      Tiny.assertSame(continued(text, right), twos);
      try (Sequence alone = after(text)) {
        Tiny.next(alone, left);
        Tiny.assertSame(Tiny.next(alone, 5), later);
      }
    }
  }

  @Test
  @DisplayName("pitfall 12: a beam reorder permutes KV, conv and recurrent state")
  void reorder() {
    int[][] texts = {Tiny.ids(33, 21), Tiny.ids(20, 22), Tiny.ids(40, 23)};
    int[] beamIdx = {2, 0, 2};
    int[] next = Tiny.ids(3, 24);
    List<Sequence> beams = List.of(after(texts[0]), after(texts[1]), after(texts[2]));
    Padded.reorder(beams, beamIdx);
    List<Step> steps = List.of(step(beams, 0, next), step(beams, 1, next), step(beams, 2, next));
    try (StepResult result = model.run(steps)) {
      for (int i = 0; i < 3; i++) {
        Tiny.assertSame(continued(texts[beamIdx[i]], next[i]), Tiny.copy(result.get(i).logits()));
      }
    }
    beams.forEach(Sequence::close);
  }

  @Test
  void reorderRefusesABeamThatIsNotThere() {
    try (Sequence only = after(text)) {
      RunException e = assertThrows(RunException.class, () -> Padded.reorder(List.of(only), 1));
      assertEquals("reorder: 1 indices of 0 to 0 expected, found [1]", e.getMessage());
      assertArrayEquals(text, only.ids());
    }
  }

  @Test
  @DisplayName("pitfall 15: snapshot, continue, restore, continue: bit-equal to the same cuts")
  void restore() {
    int[] more = Tiny.ids(7, 14);
    try (Sequence sequence = after(text);
        Snapshot snapshot = sequence.snapshot()) {
      float[][] first = Tiny.next(sequence, more);
      Tiny.next(sequence, Tiny.ids(50, 15));
      sequence.restore(snapshot);
      assertEquals(45, sequence.length());
      Tiny.assertSame(first, Tiny.next(sequence, more));
    }
  }

  @Test
  @DisplayName("pitfall 15: an edit of the last turn equals a fresh run")
  void editedTurn() {
    int[] edited = Tiny.ids(6, 16);
    try (Sequence sequence = model.newSequence()) {
      Tiny.next(Step.of(sequence, Tiny.slice(text, 0, 30)).save(SaveState.CHECKPOINT));
      Tiny.next(sequence, Tiny.slice(text, 30, 45));
      sequence.crop(30);
      float[][] logits = Tiny.next(sequence, edited);
      float[][] fresh = Tiny.alone(model, Tiny.join(Tiny.slice(text, 0, 30), edited));
      Tiny.assertClose(Tiny.slice(fresh, 30, 36), logits);
    }
  }

  @Test
  void aSnapshotOutlivesItsSequence() {
    Sequence sequence = after(text);
    Snapshot snapshot = sequence.snapshot();
    sequence.close();
    try (Sequence other = model.newSequence()) {
      other.restore(snapshot);
      snapshot.close();
      Tiny.assertSame(continued(text, 5), Tiny.next(other, 5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 29, 30, 31, 32, 44, 45})
  void cropGoesToAnyLength(int length) {
    try (Sequence sequence = model.newSequence()) {
      Tiny.next(Step.of(sequence, Tiny.slice(text, 0, 30)).save(SaveState.CHECKPOINT));
      Tiny.next(sequence, Tiny.slice(text, 30, 45));
      sequence.crop(length);
      assertArrayEquals(Tiny.slice(text, 0, length), sequence.ids());
      float[][] whole = Tiny.alone(model, Tiny.join(Tiny.slice(text, 0, length), 9));
      Tiny.assertClose(Tiny.slice(whole, length, length + 1), Tiny.next(sequence, 9));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  @DisplayName("pitfall 16: after j of k drafted tokens the state is that of plain decoding")
  void rejectedDraft(int accepted) {
    int[] draft = Tiny.ids(5, 17);
    try (Sequence plain = after(text);
        Sequence drafted = after(text)) {
      Tiny.next(Step.of(drafted, draft).save(SaveState.EVERY));
      drafted.crop(45L + accepted);
      for (int t = 0; t < accepted; t++) {
        Tiny.next(plain, draft[t]);
      }
      Tiny.assertSame(Tiny.next(plain, 9), Tiny.next(drafted, 9));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 44})
  @DisplayName("pitfall 35: from a place saved in the midst of a prompt, bit by bit as fresh")
  void savedInTheMidst(int place) {
    Cancellation cancelled = new Cancellation();
    cancelled.cancel();
    try (Sequence sequence = model.newSequence()) {
      Tiny.next(Step.of(sequence, text).save(SaveState.at(place - 1)));
      Tiny.next(sequence, Tiny.ids(3, 18));
      sequence.crop(place, cancelled);
      sequence.dropCheckpoints(0);
      assertArrayEquals(Tiny.slice(text, 0, place), sequence.ids());
      Tiny.assertSame(
          continued(Tiny.slice(text, 0, place), Tiny.ids(6, 16)),
          Tiny.next(sequence, Tiny.ids(6, 16)));
    }
    assertEquals(0, model.stateUsage().slots());
    assertEquals(0, model.stateUsage().blocks());
  }

  @Test
  void cropCostsNothingWhereARowWasSaved() {
    try (Sequence sequence = after(text)) {
      Tiny.next(Step.of(sequence, Tiny.ids(5, 17)).save(SaveState.EVERY));
      Cancellation cancelled = new Cancellation();
      cancelled.cancel();
      sequence.crop(47, cancelled);
      assertEquals(47, sequence.length());
    }
  }

  private static Step step(List<Sequence> beams, int beam, int[] next) {
    return Step.of(beams.get(beam), next[beam]);
  }

  private Sequence after(int... ids) {
    Sequence sequence = model.newSequence();
    sequence.append(ids);
    return sequence;
  }

  private float[][] continued(int[] first, int... next) {
    try (Sequence sequence = after(first)) {
      return Tiny.next(sequence, next);
    }
  }
}
