package io.deltaport.engine.step;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.engine.sampling.TokenScores;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RuntimeModelTest {
  private static final int[] NONE = {};

  private final Model open =
      Model.open(Path.of("../fixtures/kjv-tiny"), ModelOptions.EXACT.withThreads(2));
  private final StepModel model = new RuntimeModel(open);
  private final int[] text = new Random(7).ints(45, 0, 2048).toArray();

  @AfterEach
  void nothingIsLeft() {
    assertEquals(0, model.usage().slots());
    assertEquals(0, model.usage().blocks());
  }

  @AfterAll
  void close() {
    open.close();
  }

  @Test
  void scoresAreTheOnesOfThePartsRows() {
    try (StepSequence one = model.newSequence();
        StepSequence two = model.newSequence();
        StepRun run =
            run(
                new StepPart(one, text, new int[] {3, 44}, 2, NONE),
                new StepPart(two, slice(0, 10), new int[] {9}, 5, NONE))) {
      assertSame(alone(slice(0, 4)), run.scores(0, 0));
      assertSame(alone(text), run.scores(0, 1));
      assertSame(alone(slice(0, 10)), run.scores(1, 0));
      assertEquals(2, run.scores(0, 1).best());
      assertEquals(5, run.scores(1, 0).best());
    }
  }

  @Test
  void bestTokensAreTheHighestOfTheRow() {
    try (StepSequence sequence = model.newSequence();
        StepRun run = run(new StepPart(sequence, text, new int[] {44}, 3, NONE))) {
      TokenScores scores = run.scores(0, 0);
      float[] row = copy(scores);
      int[] ranked =
          IntStream.range(0, row.length)
              .boxed()
              .sorted((a, b) -> Float.compare(row[b], row[a]))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int rank = 0; rank < 3; rank++) {
        assertEquals(ranked[rank], scores.id(rank));
        assertEquals(row[ranked[rank]], scores.logit(rank));
      }
    }
  }

  @Test
  void aPartWithoutRowsGivesNone() {
    try (StepSequence sequence = model.newSequence()) {
      run(new StepPart(sequence, text, NONE, 4, NONE)).close();
      assertEquals(45, sequence.length());
    }
  }

  @Test
  void afterADraftTheSequenceGoesOnFromAnyOfItsTokens() {
    int[] saved = {0, 1, 2, 3};
    for (int accepted = 0; accepted <= 4; accepted++) {
      try (StepSequence drafted = after(slice(0, 40));
          StepSequence plain = after(slice(0, 40))) {
        run(new StepPart(drafted, slice(40, 45), new int[] {0, 1, 2, 3, 4}, 1, saved)).close();
        drafted.crop(41 + accepted);
        drafted.dropSaved();
        for (int t = 0; t <= accepted; t++) {
          run(new StepPart(plain, slice(40 + t, 41 + t), NONE, 0, NONE)).close();
        }
        try (StepRun run =
            run(
                new StepPart(plain, new int[] {9}, new int[] {0}, 1, NONE),
                new StepPart(drafted, new int[] {9}, new int[] {0}, 1, NONE))) {
          assertArrayEquals(copy(run.scores(0, 0)), copy(run.scores(1, 0)));
        }
      }
    }
  }

  @Test
  void droppedPlacesGiveTheirSlotsBack() {
    try (StepSequence sequence = model.newSequence()) {
      run(new StepPart(sequence, text, NONE, 0, new int[] {9, 29})).close();
      assertEquals(3, model.usage().slots());
      sequence.dropSaved();
      assertEquals(1, model.usage().slots());
    }
  }

  @Test
  void aForkSharesUntilItGoesOn() {
    long slot = model.usage().slotBytes();
    long block = model.usage().blockBytes();
    try (StepSequence sequence = after(text)) {
      assertEquals(slot + 2 * block, sequence.bytesAlone());
      try (StepSequence fork = sequence.fork()) {
        assertEquals(0, sequence.bytesAlone());
        assertEquals(0, fork.bytesAlone());
        run(new StepPart(fork, new int[] {1}, NONE, 0, NONE)).close();
        assertEquals(slot + block, fork.bytesAlone());
        assertEquals(slot + block, sequence.bytesAlone());
      }
      assertEquals(slot + 2 * block, sequence.bytesAlone());
    }
  }

  private StepRun run(StepPart... parts) {
    return model.run(List.of(parts), new Cancellation());
  }

  private StepSequence after(int... ids) {
    StepSequence sequence = model.newSequence();
    run(new StepPart(sequence, ids, NONE, 0, NONE)).close();
    return sequence;
  }

  private int[] slice(int from, int to) {
    return Arrays.copyOfRange(text, from, to);
  }

  private float[] alone(int... ids) {
    try (StepSequence sequence = model.newSequence();
        StepRun run = run(new StepPart(sequence, ids, new int[] {ids.length - 1}, 1, NONE))) {
      return copy(run.scores(0, 0));
    }
  }

  private static void assertSame(float[] expected, TokenScores scores) {
    float[] actual = copy(scores);
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < actual.length; i++) {
      assertEquals(expected[i], actual[i], 1e-3f);
    }
  }

  private static float[] copy(TokenScores scores) {
    FloatBuffer row = scores.logits();
    float[] copy = new float[row.remaining()];
    row.get(copy);
    return copy;
  }
}
