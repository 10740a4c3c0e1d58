package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.padded.Padded;
import io.deltaport.runtime.padded.PaddedBatch;
import io.deltaport.runtime.padded.PaddedResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A row of a batch gives what it gives alone. */
class RowsTest {
  static Stream<Path> models() {
    return Fixtures.withState().stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 9: padding on either side and holes, in a batch of one and of many")
  void paddingIsNothing(Path path) {
    long[][] masks = {
      {1, 1, 1, 1, 1, 1, 1, 1, 1},
      {0, 0, 0, 1, 1, 1, 1, 1, 1},
      {1, 1, 0, 0, 0, 0, 0, 0, 0},
      {0, 1, 1, 0, 1, 0, 0, 1, 0}
    };
    try (Model model = Model.open(path, ModelOptions.EXACT)) {
      long[][] ids = new long[masks.length][];
      for (int b = 0; b < ids.length; b++) {
        ids[b] = tokens(model, masks[b].length, b);
      }
      assertRowsAlone(model, ids, masks);
      for (int b = 0; b < ids.length; b++) {
        assertRowsAlone(model, new long[][] {ids[b]}, new long[][] {masks[b]});
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 10: packed prompts of unequal lengths give exactly what each gives alone")
  void nothingCrossesABoundary(Path path) {
    try (Model model = Model.open(path, ModelOptions.EXACT)) {
      List<int[]> texts = new ArrayList<>();
      for (int length : new int[] {1, 70, 2, 33, 3}) {
        texts.add(Logits.tokens(model, length, length));
      }
      List<Sequence> sequences = texts.stream().map(text -> model.newSequence()).toList();
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < texts.size(); i++) {
        steps.add(Step.of(sequences.get(i), texts.get(i)));
      }
      List<List<float[]>> found = Logits.run(model, steps);
      for (int i = 0; i < texts.size(); i++) {
        Logits.assertSame(Logits.fullPass(model, texts.get(i)), found.get(i), "row " + i);
      }
      sequences.forEach(Sequence::close);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName(
      "pitfall 11: a prompt, a chunk and single tokens in one run give what each gives alone")
  void mixedRuns(Path path) {
    int[] pasts = {0, 9, 40, 1, 0};
    int[] counts = {12, 5, 1, 1, 1};
    try (Model model = Model.open(path, ModelOptions.EXACT)) {
      List<Sequence> sequences = new ArrayList<>();
      List<Step> steps = new ArrayList<>();
      List<List<float[]>> alone = new ArrayList<>();
      for (int i = 0; i < pasts.length; i++) {
        Sequence sequence = model.newSequence();
        if (pasts[i] > 0) {
          Logits.step(model, sequence, Logits.tokens(model, pasts[i], i));
        }
        int[] next = Logits.tokens(model, counts[i], 100 + i);
        try (Sequence twin = sequence.fork()) {
          alone.add(Logits.step(model, twin, next));
        }
        sequences.add(sequence);
        steps.add(Step.of(sequence, next));
      }
      List<List<float[]>> found = Logits.run(model, steps);
      for (int i = 0; i < steps.size(); i++) {
        Logits.assertSame(alone.get(i), found.get(i), "row " + i);
      }
      sequences.forEach(Sequence::close);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName(
      "pitfall 12: beams that reorder at random equal a full pass over each beam's own text")
  void beamsEqualBruteForce(Path path) {
    Random random = new Random(12);
    try (Model model = Model.open(path, ModelOptions.EXACT)) {
      List<Sequence> beams = new ArrayList<>();
      List<List<Integer>> texts = new ArrayList<>();
      for (int b = 0; b < 4; b++) {
        beams.add(model.newSequence());
        texts.add(new ArrayList<>());
        step(model, beams.get(b), texts.get(b), Logits.tokens(model, 3 + b, b));
      }
      for (int round = 0; round < 8; round++) {
        int[] order = random.ints(beams.size(), 0, beams.size()).toArray();
        Padded.reorder(beams, order);
        List<List<Integer>> before = List.copyOf(texts);
        for (int b = 0; b < order.length; b++) {
          texts.set(b, new ArrayList<>(before.get(order[b])));
        }
        for (int b = 0; b < order.length; b++) {
          int[] next = Logits.tokens(model, 1 + (round + b) % 2, 10L * round + b);
          List<float[]> found = step(model, beams.get(b), texts.get(b), next);
          int[] text = texts.get(b).stream().mapToInt(id -> id).toArray();
          List<float[]> full = Logits.fullPass(model, text);
          Logits.assertClose(
              full.subList(text.length - next.length, text.length), found, "beam " + b);
        }
      }
      beams.forEach(Sequence::close);
    }
  }

  private static List<float[]> step(Model model, Sequence beam, List<Integer> text, int... next) {
    for (int id : next) {
      text.add(id);
    }
    return Logits.step(model, beam, next);
  }

  private static void assertRowsAlone(Model model, long[][] ids, long[][] masks) {
    try (PaddedResult result = Padded.run(model, PaddedBatch.of(ids, masks))) {
      for (int b = 0; b < ids.length; b++) {
        assertRowAlone(model, result, b, ids[b], masks[b]);
      }
      result.sequences().forEach(Sequence::close);
    }
  }

  private static void assertRowAlone(
      Model model, PaddedResult result, int b, long[] ids, long[] mask) {
    List<Integer> own = new ArrayList<>();
    List<float[]> found = new ArrayList<>();
    for (int s = 0; s < ids.length; s++) {
      if (mask[s] == 0) {
        assertFalse(result.logits().has(b, s));
        continue;
      }
      own.add((int) ids[s]);
      float[] row = new float[result.logits().width()];
      result.logits().row(b, s).get(row);
      found.add(row);
    }
    int[] alone = own.stream().mapToInt(id -> id).toArray();
    Logits.assertSame(Logits.fullPass(model, alone), found, "row " + b);
  }

  private static long[] tokens(Model model, int count, long seed) {
    return Arrays.stream(Logits.tokens(model, count, seed)).asLongStream().toArray();
  }
}
