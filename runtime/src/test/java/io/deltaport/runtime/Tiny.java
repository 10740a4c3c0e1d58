package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** kjv-tiny, random texts for it, and what it means that two sets of logits are equal. */
final class Tiny {
  static final Path FIXTURES = Path.of("..", "fixtures");
  static final Path KJV_TINY = FIXTURES.resolve("kjv-tiny");
  static final ModelOptions EXACT = ModelOptions.EXACT.withThreads(2);
  private static final int VOCAB = 2048;

  private Tiny() {}

  static Model open() {
    return Model.open(KJV_TINY, EXACT);
  }

  static int[] ids(int count, long seed) {
    return new Random(seed).ints(count, 0, VOCAB).toArray();
  }

  /** Logits of every token, run as one piece in a sequence of its own. */
  static float[][] alone(Model model, int... ids) {
    try (Sequence sequence = model.newSequence()) {
      return next(sequence, ids);
    }
  }

  /** Logits of every one of the next tokens. */
  static float[][] next(Sequence sequence, int... ids) {
    return next(Step.of(sequence, ids));
  }

  static float[][] next(Step step) {
    try (StepResult result = step.sequence().model().run(List.of(step.logits(RowSelection.ALL)))) {
      return copy(result.get(0).logits());
    }
  }

  static float[][] copy(FloatRows rows) {
    float[][] copy = new float[rows.rows()][rows.width()];
    for (int row = 0; row < copy.length; row++) {
      rows.copyRow(row, copy[row]);
    }
    return copy;
  }

  static int[] slice(int[] ids, int from, int to) {
    return Arrays.copyOfRange(ids, from, to);
  }

  static float[][] slice(float[][] rows, int from, int to) {
    return Arrays.copyOfRange(rows, from, to);
  }

  static int[] join(int[] first, int... second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  static float[][] join(float[][] first, float[][] second) {
    float[][] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /** The parity bound: {@code max |a - b| <= 1e-4 max(1, max |a|)}. */
  static void assertClose(float[][] expected, float[][] actual) {
    assertEquals(expected.length, actual.length, "rows");
    double worst = 0;
    double most = 1;
    for (int row = 0; row < expected.length; row++) {
      assertEquals(expected[row].length, actual[row].length, "width");
      for (int i = 0; i < expected[row].length; i++) {
        double off = Math.abs((double) expected[row][i] - actual[row][i]);
        assertTrue(off < Double.POSITIVE_INFINITY, "row " + row + " is not finite");
        worst = Math.max(worst, off);
        most = Math.max(most, Math.abs(expected[row][i]));
      }
    }
    assertTrue(worst <= 1e-4 * most, "off by " + worst + ", bound " + 1e-4 * most);
  }

  static void assertSame(float[][] expected, float[][] actual) {
    assertEquals(expected.length, actual.length, "rows");
    for (int row = 0; row < expected.length; row++) {
      assertArrayEquals(expected[row], actual[row], "row " + row);
    }
  }
}
