package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever cut of a text into steps, the logits are those of one full pass. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StepsTest {
  private final Model model = Tiny.open();
  private final int[] ids = Tiny.ids(70, 1);
  private float[][] full = {};

  @BeforeAll
  void runWhole() {
    full = Tiny.alone(model, ids);
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  @DisplayName("pitfall 5: full(T) = prefill(T-1) + one step")
  void lastTokenAlone() {
    try (Sequence sequence = model.newSequence()) {
      float[][] prefill = Tiny.next(sequence, Tiny.slice(ids, 0, 69));
      float[][] step = Tiny.next(sequence, ids[69]);
      Tiny.assertClose(full, Tiny.join(prefill, step));
    }
  }

  @Test
  @DisplayName("pitfall 6: a cached step of many tokens = the same tokens one by one")
  void oneByOne() {
    try (Sequence many = model.newSequence();
        Sequence single = model.newSequence()) {
      many.append(Tiny.slice(ids, 0, 33));
      single.append(Tiny.slice(ids, 0, 33));
      float[][] together = Tiny.next(many, Tiny.slice(ids, 33, 40));
      for (int t = 33; t < 40; t++) {
        float[][] row = Tiny.next(single, ids[t]);
        Tiny.assertClose(Tiny.slice(together, t - 33, t - 32), row);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 31, 32, 33, 63, 64, 65, 69})
  @DisplayName("pitfall 7: a prefill cut anywhere, inside the conv window too")
  void cut(int at) {
    try (Sequence sequence = model.newSequence()) {
      float[][] first = Tiny.next(sequence, Tiny.slice(ids, 0, at));
      float[][] rest = Tiny.next(sequence, Tiny.slice(ids, at, 70));
      Tiny.assertClose(full, Tiny.join(first, rest));
    }
  }

  @Test
  @DisplayName("pitfall 8: the verification of k tokens starts from the state")
  void verification() {
    try (Sequence sequence = model.newSequence()) {
      sequence.append(Tiny.slice(ids, 0, 50));
      float[][] verified =
          Tiny.next(Step.of(sequence, Tiny.slice(ids, 50, 54)).save(SaveState.EVERY));
      Tiny.assertClose(Tiny.slice(full, 50, 54), verified);
    }
  }

  @Test
  void longInputIsCutIntoChunks() {
    try (Model chunked = Model.open(Tiny.KJV_TINY, Tiny.EXACT.withChunk(16));
        Sequence sequence = chunked.newSequence()) {
      sequence.append(Tiny.slice(ids, 0, 69));
      assertEquals(69, sequence.length());
      assertArrayEquals(Tiny.slice(ids, 0, 69), sequence.ids());
      Tiny.assertClose(Tiny.slice(full, 69, 70), Tiny.next(sequence, ids[69]));
    }
  }
}
