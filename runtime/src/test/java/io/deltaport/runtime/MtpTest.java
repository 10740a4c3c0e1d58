package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.directory.Mtp;
import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The multi-token-prediction head. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MtpTest {
  private final Model model = Model.open(Tiny.KJV_TINY, Tiny.EXACT.with(Mtp.HEAD));
  private final MtpHead head = model.mtp().orElseThrow();
  private final Reference reference =
      new Reference(Tiny.KJV_TINY.resolve("mtp_reference.safetensors"));
  private int[] ids = {};

  @BeforeAll
  void readIds() {
    ids = Arrays.stream(reference.longs("mtp.input_ids")[0]).mapToInt(Math::toIntExact).toArray();
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  void fullPassEqualsTransformers() {
    try (Sequence sequence = model.newSequence()) {
      float[][][] full = fullPass(sequence);
      Tiny.assertClose(reference.floats("mtp.logits"), full[0]);
      Tiny.assertClose(reference.floats("mtp.last_hidden_state"), full[1]);
      assertEquals(119, head.rows(sequence));
    }
  }

  @Test
  @DisplayName("pitfall 32: the head's cached steps equal its full pass")
  void cachedStepsEqualTheFullPass() {
    float[][] full = reference.floats("mtp.logits");
    try (Sequence sequence = model.newSequence()) {
      sequence.append(ids[0]);
      for (int t = 0; t < 40; t++) {
        MtpStep step = MtpStep.afterLast(sequence, ids[t + 1]);
        try (StepResult result = head.run(List.of(step))) {
          Tiny.assertClose(Tiny.slice(full, t, t + 1), Tiny.copy(result.get(0).logits()));
        }
        sequence.append(ids[t + 1]);
      }
    }
  }

  @Test
  @DisplayName("pitfall 32: row t of the head is fed position t")
  void positions() {
    try (Sequence sequence = model.newSequence()) {
      sequence.append(Tiny.slice(ids, 0, 5));
      try (StepResult hidden = hiddenOf(sequence, Tiny.slice(ids, 5, 8))) {
        assertThrows(
            RunException.class,
            () ->
                head.run(
                    List.of(
                        MtpStep.of(
                            sequence, 5, hidden.get(0).lastHiddenState(), ids[6], ids[7], 9))));
      }
    }
    try (Sequence sequence = model.newSequence();
        StepResult hidden = hiddenOf(sequence, Tiny.slice(ids, 0, 6))) {
      FloatRows states = hidden.get(0).lastHiddenState();
      head.run(List.of(MtpStep.of(sequence, 0, states.slice(0, 3), ids[1], ids[2], ids[3])))
          .close();
      assertArrayEquals(new long[] {0, 1, 2}, positionsFed());
      head.run(List.of(MtpStep.of(sequence, 2, states.slice(2, 2), ids[3], ids[4]))).close();
      assertArrayEquals(new long[] {2, 3}, positionsFed());
    }
  }

  @Test
  void aDraftGoesOnFromTheHeadsOwnState() {
    try (Sequence sequence = model.newSequence();
        StepResult hidden = hiddenOf(sequence, Tiny.slice(ids, 0, 31))) {
      head.run(
              List.of(
                  MtpStep.of(
                      sequence,
                      0,
                      hidden.get(0).lastHiddenState().slice(0, 30),
                      Tiny.slice(ids, 1, 31))))
          .close();
      try (StepResult first =
              head.run(List.of(MtpStep.afterLast(sequence, ids[31]).hidden(RowSelection.LAST)));
          StepResult second =
              head.run(
                  List.of(MtpStep.of(sequence, 31, first.get(0).lastHiddenState(), 7).topK(1)))) {
        assertEquals(32, head.rows(sequence));
        assertTrue(second.get(0).top().id(0, 0) >= 0);
      }
      sequence.append(ids[31], ids[32]);
      assertEquals(33, sequence.length());
    }
  }

  @Test
  void aCropKeepsTheHiddenStateOfItsLastToken() {
    float[][] full = reference.floats("mtp.logits");
    try (Sequence sequence = model.newSequence()) {
      fullPass(sequence);
      sequence.crop(50);
      assertEquals(49, head.rows(sequence));
      try (StepResult result = head.run(List.of(MtpStep.afterLast(sequence, ids[50])))) {
        Tiny.assertClose(Tiny.slice(full, 49, 50), Tiny.copy(result.get(0).logits()));
      }
    }
  }

  @Test
  @DisplayName("pitfall 17: a place saved in the midst of a step keeps its own hidden state")
  void aSavedPlaceKeepsItsHiddenState() {
    float[][] full = reference.floats("mtp.logits");
    try (Sequence sequence = model.newSequence()) {
      try (StepResult hidden =
          model.run(
              List.of(
                  Step.of(sequence, ids)
                      .hidden(RowSelection.of(48))
                      .save(SaveState.at(29, 49, 79))))) {
        assertEquals(1, hidden.get(0).lastHiddenState().rows());
      }
      sequence.crop(50);
      head.run(List.of(MtpStep.of(sequence, 0, statesBefore(49), Tiny.slice(ids, 1, 50)))).close();
      try (StepResult result = head.run(List.of(MtpStep.afterLast(sequence, ids[50])))) {
        Tiny.assertClose(Tiny.slice(full, 49, 50), Tiny.copy(result.get(0).logits()));
      }
    }
  }

  /** Hidden states of the first tokens. */
  private FloatRows statesBefore(int count) {
    try (Sequence other = model.newSequence();
        StepResult hidden = hiddenOf(other, Tiny.slice(ids, 0, count))) {
      float[][] rows = Tiny.copy(hidden.get(0).lastHiddenState());
      FloatBuffer copy = FloatBuffer.allocate(rows.length * rows[0].length);
      for (float[] row : rows) {
        copy.put(row);
      }
      return FloatRows.wrap(copy.flip(), rows.length, rows[0].length);
    }
  }

  private long[] positionsFed() {
    LongBuffer fed = head.runner().inputs().tensor("positions").elements().asLongBuffer();
    long[] positions = new long[fed.remaining()];
    fed.get(positions);
    return positions;
  }

  private StepResult hiddenOf(Sequence sequence, int... next) {
    return model.run(List.of(Step.of(sequence, next).hidden(RowSelection.ALL)));
  }

  private float[][][] fullPass(Sequence sequence) {
    try (StepResult hidden = hiddenOf(sequence, ids);
        StepResult drafts =
            head.run(
                List.of(
                    MtpStep.of(
                            sequence,
                            0,
                            hidden.get(0).lastHiddenState().slice(0, 119),
                            Tiny.slice(ids, 1, 120))
                        .logits(RowSelection.ALL)
                        .hidden(RowSelection.ALL)))) {
      return new float[][][] {
        Tiny.copy(drafts.get(0).logits()), Tiny.copy(drafts.get(0).lastHiddenState())
      };
    }
  }
}
