package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.padded.Padded;
import io.deltaport.runtime.padded.PaddedBatch;
import io.deltaport.runtime.padded.PaddedResult;
import io.deltaport.runtime.padded.PaddedRows;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What else is in a run changes no sequence. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PackedRunTest {
  private final Model model = Tiny.open();

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  @DisplayName("pitfall 10: nothing crosses from one packed sequence to the next, bit by bit")
  void sequencesOfOneRunAreEachAlone() {
    int[][] texts = {Tiny.ids(1, 1), Tiny.ids(67, 2), Tiny.ids(3, 3), Tiny.ids(32, 4)};
    List<Sequence> sequences = List.of(fresh(), fresh(), fresh(), fresh());
    List<Step> steps =
        java.util.stream.IntStream.range(0, 4)
            .mapToObj(i -> Step.of(sequences.get(i), texts[i]).logits(RowSelection.ALL))
            .toList();
    try (StepResult result = model.run(steps)) {
      for (int i = 0; i < 4; i++) {
        Tiny.assertSame(Tiny.alone(model, texts[i]), Tiny.copy(result.get(i).logits()));
      }
    }
    sequences.forEach(Sequence::close);
  }

  @Test
  @DisplayName("pitfall 11: prefill, chunk, decode and verification rows in one run")
  void mixedRun() {
    int[] text = Tiny.ids(60, 5);
    try (Sequence prefill = fresh();
        Sequence chunk = fresh();
        Sequence decode = fresh();
        Sequence verify = fresh()) {
      List.of(chunk, decode, verify).forEach(each -> each.append(Tiny.slice(text, 0, 40)));
      List<Step> steps =
          List.of(
              Step.of(decode, text[40]),
              Step.of(prefill, Tiny.slice(text, 0, 50)),
              Step.of(verify, Tiny.slice(text, 40, 44))
                  .logits(RowSelection.ALL)
                  .save(SaveState.EVERY),
              Step.of(chunk, Tiny.slice(text, 40, 60)).logits(RowSelection.of(3, 19)));
      try (StepResult result = model.run(steps)) {
        Tiny.assertSame(cached(text, 40, 41), Tiny.copy(result.get(0).logits()));
        Tiny.assertSame(
            Tiny.slice(Tiny.alone(model, Tiny.slice(text, 0, 50)), 49, 50),
            Tiny.copy(result.get(1).logits()));
        Tiny.assertSame(verified(text, 40, 44), Tiny.copy(result.get(2).logits()));
        float[][] whole = cached(text, 40, 60);
        Tiny.assertSame(new float[][] {whole[3], whole[19]}, Tiny.copy(result.get(3).logits()));
      }
    }
  }

  @Test
  @DisplayName("pitfall 9: left and right padding and holes equal the unpadded row")
  void paddedRows() {
    int[] text = Tiny.ids(5, 6);
    long[][] ids = {
      {7, 7, text[0], text[1], text[2], text[3], text[4]},
      {text[0], text[1], text[2], text[3], text[4], 7, 7},
      {text[0], 7, text[1], text[2], 7, text[3], text[4]},
      {9, 8, 7, 6, 5, 4, 3},
    };
    long[][] mask = {
      {0, 0, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 1, 0, 0}, {1, 0, 1, 1, 0, 1, 1}, {1, 1, 1, 1, 1, 1, 1}
    };
    float[][] expected = Tiny.alone(model, text);
    try (PaddedResult result = Padded.run(model, PaddedBatch.of(ids, mask))) {
      PaddedRows logits = result.logits();
      for (int b = 0; b < 3; b++) {
        Tiny.assertSame(expected, real(logits, mask[b], b));
      }
      assertFalse(logits.has(0, 1));
      assertTrue(logits.has(0, 2));
      result.sequences().forEach(Sequence::close);
    }
  }

  @Test
  @DisplayName("pitfall 9: a right-padded batch of one goes on as if it had no padding")
  void paddedRowsContinue() {
    int[] text = Tiny.ids(6, 7);
    long[][] ids = {{text[0], text[1], text[2], text[3], 7, 7}};
    try (PaddedResult first =
            Padded.run(model, PaddedBatch.of(ids, new long[][] {{1, 1, 1, 1, 0, 0}}));
        PaddedResult second =
            Padded.run(
                model,
                PaddedBatch.of(
                    new long[][] {{text[4], text[5]}}, new long[][] {{1, 1, 1, 1, 0, 0, 1, 1}}),
                first.sequences())) {
      assertEquals(6, first.sequences().get(0).length());
      Tiny.assertSame(cached(text, 4, 6), real(second.logits(), new long[] {1, 1}, 0));
      first.sequences().forEach(Sequence::close);
    }
  }

  @Test
  void aRowThatIsAllPaddingHasNoValuesAndMovesNoOther() {
    int[] text = Tiny.ids(3, 8);
    long[][] ids = {{7, 7, 7}, {text[0], text[1], text[2]}, {7, 7, 7}, {text[0], 7, 7}};
    long[][] mask = {{0, 0, 0}, {1, 1, 1}, {0, 0, 0}, {1, 0, 0}};
    float[][] expected = Tiny.alone(model, text);
    try (PaddedResult result = Padded.run(model, PaddedBatch.of(ids, mask))) {
      PaddedRows logits = result.logits();
      Tiny.assertSame(expected, real(logits, mask[1], 1));
      Tiny.assertSame(Tiny.slice(expected, 0, 1), real(logits, mask[3], 3));
      assertFalse(logits.has(0, 0));
      assertFalse(logits.has(2, 2));
      assertEquals(0, result.sequences().get(0).length());
      result.sequences().forEach(Sequence::close);
    }
  }

  private float[][] real(PaddedRows rows, long[] mask, int b) {
    float[][] real = new float[(int) java.util.Arrays.stream(mask).sum()][rows.width()];
    int next = 0;
    for (int s = 0; s < mask.length; s++) {
      if (mask[s] == 1) {
        rows.row(b, s).get(real[next++]);
      }
    }
    return real;
  }

  /**
   * Logits of the tokens {@code from} to {@code to}, after the ones before in a step of their own.
   */
  private float[][] cached(int[] text, int from, int to) {
    try (Sequence sequence = fresh()) {
      sequence.append(Tiny.slice(text, 0, from));
      return Tiny.next(sequence, Tiny.slice(text, from, to));
    }
  }

  /** The same as a verification, which keeps the state after every token. */
  private float[][] verified(int[] text, int from, int to) {
    try (Sequence sequence = fresh()) {
      sequence.append(Tiny.slice(text, 0, from));
      return Tiny.next(Step.of(sequence, Tiny.slice(text, from, to)).save(SaveState.EVERY));
    }
  }

  private Sequence fresh() {
    return model.newSequence();
  }
}
