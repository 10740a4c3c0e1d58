package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Logits, one array a token. */
final class Logits {
  private static final double BOUND = 1e-4;

  private Logits() {}

  /** Ids that a model knows. */
  static int[] tokens(Model model, int count, long seed) {
    return new Random(seed).ints(count, 1, Math.toIntExact(model.info().vocabSize())).toArray();
  }

  /** Of one step. */
  static List<float[]> step(Model model, Sequence sequence, int... ids) {
    return run(model, List.of(Step.of(sequence, ids))).get(0);
  }

  /** Of steps that run together. */
  static List<List<float[]>> run(Model model, List<Step> steps) {
    List<List<float[]>> logits = new ArrayList<>();
    try (StepResult result =
        model.run(steps.stream().map(step -> step.logits(RowSelection.ALL)).toList())) {
      for (int i = 0; i < result.size(); i++) {
        logits.add(copy(result.get(i).logits()));
      }
    }
    return logits;
  }

  /** Of one pass over all of a text. */
  static List<float[]> fullPass(Model model, int... ids) {
    try (Sequence sequence = model.newSequence()) {
      return step(model, sequence, ids);
    }
  }

  /** Of a result that is about to go. */
  static List<float[]> copy(FloatRows table) {
    List<float[]> rows = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      float[] values = new float[table.width()];
      table.copyRow(row, values);
      rows.add(values);
    }
    return rows;
  }

  /** Within the parity bound. */
  static void assertClose(List<float[]> expected, List<float[]> found, String what) {
    assertEquals(expected.size(), found.size(), what);
    double largest = 1;
    double difference = 0;
    for (int row = 0; row < expected.size(); row++) {
      for (int i = 0; i < expected.get(row).length; i++) {
        float value = expected.get(row)[i];
        largest = Math.max(largest, Math.abs(value));
        difference = Math.max(difference, Math.abs(value - found.get(row)[i]));
      }
    }
    // not "<": a NaN must fail
    double share = difference / (BOUND * largest);
    assertTrue(share < 1, what + ": uses " + share + " of the bound");
  }

  /** Bit by bit. */
  static void assertSame(List<float[]> expected, List<float[]> found, String what) {
    assertEquals(expected.size(), found.size(), what);
    for (int row = 0; row < expected.size(); row++) {
      assertArrayEquals(expected.get(row), found.get(row), what + ", row " + row);
    }
  }
}
