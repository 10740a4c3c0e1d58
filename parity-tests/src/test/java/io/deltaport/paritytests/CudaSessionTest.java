package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.Model;
import io.deltaport.runtime.MtpHead;
import io.deltaport.runtime.MtpStep;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Snapshot;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Mtp;
import io.deltaport.runtime.padded.Padded;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a sequence can do, on the GPU as on the CPU, and what it costs on the bus. */
@EnabledIfSystemProperty(named = StandIn.LIBRARY, matches = ".+")
class CudaSessionTest {
  private static final int PROMPT = 37;

  static Stream<Path> models() {
    return Stream.of("official", "odd").map(Fixtures::named);
  }

  @AfterAll
  static void nothingStaysOnTheGpu() {
    assertEquals(0, StandIn.counts().deviceBytes(), "bytes left on the GPU");
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfalls 5, 6, 7: a prompt in pieces, then token by token")
  void pieces(Path path) {
    sameOnBoth(
        path,
        (model, ids) -> {
          try (Sequence sequence = model.newSequence()) {
            List<float[]> rows = new ArrayList<>();
            int from = 0;
            for (int to : new int[] {1, 3, 20, 33, 34, 35, 36, PROMPT}) {
              rows.addAll(Logits.step(model, sequence, Arrays.copyOfRange(ids, from, to)));
              from = to;
            }
            return rows;
          }
        });
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 12: a fork goes on alone, beams change places")
  void forkAndBeams(Path path) {
    sameOnBoth(
        path,
        (model, ids) -> {
          try (Sequence first = model.newSequence()) {
            Logits.step(model, first, ids);
            try (Sequence second = first.fork();
                Sequence third = first.fork()) {
              List<Sequence> beams = List.of(first, second, third);
              Logits.run(
                  model,
                  List.of(Step.of(first, 1, 2), Step.of(second, 3), Step.of(third, 4, 5, 6)));
              Padded.reorder(beams, 2, 0, 0);
              List<float[]> rows = new ArrayList<>();
              beams.forEach(beam -> rows.addAll(Logits.step(model, beam, 7)));
              return rows;
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 15: crop and snapshot go back to where they were")
  void cropAndSnapshot(Path path) {
    sameOnBoth(
        path,
        (model, ids) -> {
          try (Sequence sequence = model.newSequence()) {
            Logits.step(model, sequence, ids);
            List<float[]> rows = new ArrayList<>();
            try (Snapshot snapshot = sequence.snapshot()) {
              Logits.step(model, sequence, 5, 6, 7);
              sequence.restore(snapshot);
              rows.addAll(Logits.step(model, sequence, 8, 9));
            }
            sequence.crop(PROMPT - 3);
            rows.addAll(Logits.step(model, sequence, 4));
            return rows;
          }
        });
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("a pool that grows on the GPU keeps what it holds")
  void growth(Path path) {
    sameOnBoth(
        path,
        (model, ids) -> {
          List<Sequence> sequences = new ArrayList<>();
          List<float[]> rows = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            sequences.add(model.newSequence());
            Logits.step(model, sequences.get(i), Arrays.copyOfRange(ids, 0, 2 + i % 3));
          }
          sequences.forEach(sequence -> rows.addAll(Logits.step(model, sequence, 9)));
          sequences.forEach(Sequence::close);
          return rows;
        });
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName(
      "a decode step brings its tables up in one copy and the logits down, and nothing else")
  void bytesOfAStep(Path path) {
    try (Model model = Model.open(path, ModelOptions.EXACT.with(Device.CUDA));
        Sequence sequence = model.newSequence()) {
      Logits.step(model, sequence, Logits.tokens(model, 8, 1));
      StandIn.Counts before = StandIn.counts();
      model.run(List.of(Step.of(sequence, 3).logits(RowSelection.ALL))).close();
      StandIn.Counts ran = StandIn.counts().since(before);
      assertEquals(1, ran.copiesToDevice(), "copies to the GPU");
      // Eight tables of one sequence and one token, at most 16 bytes each.
      assertEquals(8 * 16, ran.bytesToDevice(), "bytes to the GPU");
      assertEquals(1, ran.copiesToHost(), "copies to the host");
      assertEquals(
          4L * model.info().vocabSize(), ran.bytesToHost(), "bytes to the host: the logits");
      assertEquals(0, ran.foreignKernels(), "kernels of ONNX Runtime");
      assertEquals(before.deviceBytes(), ran.deviceBytes(), "bytes held on the GPU");
      assertEquals(5 + 15 * model.info().numHiddenLayers(), ran.launches(), "launches");
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("decode steps of one shape are recorded and replayed, bit by bit as eager ones")
  void recordedSteps(Path path) {
    StandIn.Counts before = StandIn.counts();
    Told told = new Told();
    List<float[]> recorded = decode(path, told);
    assertEquals(List.of(), told.notes);
    assertEquals(6, StandIn.counts().since(before).graphLaunches(), "replays of eight steps");
    StandIn.refuseCapture(true);
    try {
      Logits.assertSame(decode(path, told), recorded, "eager against recorded");
    } finally {
      StandIn.heal();
    }
    assertEquals(1, told.notes.size());
    String note = told.notes.get(0);
    assertTrue(note.startsWith("decode steps are not recorded (CUDA: "), note);
  }

  @Test
  @DisplayName("steps of the MTP head are recorded and replayed like those of the model")
  void recordedDrafts() {
    StandIn.Counts before = StandIn.counts();
    Told first = new Told();
    List<float[]> recorded = draft(first);
    assertEquals(List.of(), first.notes);
    // Six of the model's eight; of the head's two before and two after its input moves.
    assertEquals(6 + 2 + 2, StandIn.counts().since(before).graphLaunches(), "replays");
    Told told = new Told();
    StandIn.refuseCapture(true);
    try {
      Logits.assertSame(draft(told), recorded, "eager against recorded");
    } finally {
      StandIn.heal();
    }
    assertEquals(2, told.notes.size());
  }

  /** The head's logits after each of eight tokens. */
  private static List<float[]> draft(Told told) {
    ModelOptions options = ModelOptions.EXACT.with(Device.CUDA).with(Mtp.HEAD);
    try (Model model = Model.open(Fixtures.named("mtp"), options, told);
        Sequence sequence = model.newSequence()) {
      MtpHead head = model.mtp().orElseThrow();
      List<float[]> rows = new ArrayList<>();
      for (int token = 4; token < 12; token++) {
        if (token == 8) {
          moveInput(model, head, sequence);
        }
        Logits.step(model, sequence, token);
        try (StepResult result = head.run(List.of(MtpStep.afterLast(sequence, token + 1)))) {
          rows.addAll(Logits.copy(result.get(0).logits()));
        }
      }
      return rows;
    }
  }

  /** A step of the head with more rows than those before it. */
  private static void moveInput(Model model, MtpHead head, Sequence sequence) {
    long row = head.rows(sequence);
    try (StepResult states =
        model.run(List.of(Step.of(sequence, 1, 2, 3, 4, 5).hidden(RowSelection.ALL)))) {
      head.run(List.of(MtpStep.of(sequence, row, states.get(0).lastHiddenState(), 2, 3, 4, 5, 6)))
          .close();
    }
  }

  /** The logits of a short prompt and eight single tokens. */
  private static List<float[]> decode(Path path, Told told) {
    try (Model model = Model.open(path, ModelOptions.EXACT.with(Device.CUDA), told);
        Sequence sequence = model.newSequence()) {
      List<float[]> rows = new ArrayList<>(Logits.step(model, sequence, 1, 2, 3));
      for (int token = 4; token < 12; token++) {
        rows.addAll(Logits.step(model, sequence, token));
      }
      return rows;
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("fast mode on the GPU is as near to exact as its bf16 products allow")
  void fastMode(Path path) {
    List<List<float[]>> found = new ArrayList<>();
    for (ModelOptions options :
        List.of(ModelOptions.EXACT, ModelOptions.DEFAULT.with(Device.CUDA))) {
      try (Model model = Model.open(path, options);
          Sequence sequence = model.newSequence()) {
        int[] ids = Logits.tokens(model, 12, 3);
        List<float[]> rows = new ArrayList<>(Logits.step(model, sequence, ids));
        rows.addAll(Logits.step(model, sequence, 5));
        found.add(rows);
      }
    }
    double similarity = cosine(found.get(0), found.get(1));
    assertTrue(similarity > 0.999, () -> "cosine " + similarity);
  }

  private static double cosine(List<float[]> a, List<float[]> b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int row = 0; row < a.size(); row++) {
      for (int i = 0; i < a.get(row).length; i++) {
        double x = a.get(row)[i];
        double y = b.get(row)[i];
        product += x * y;
        squaresA += x * x;
        squaresB += y * y;
      }
    }
    return product / Math.sqrt(squaresA * squaresB);
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("fork and snapshot cost nothing on the bus, a shared block one copy on the GPU")
  void forksStayOnTheGpu(Path path) {
    try (Model model = Model.open(path, ModelOptions.EXACT.with(Device.CUDA));
        Sequence sequence = model.newSequence()) {
      Logits.step(model, sequence, Logits.tokens(model, 8, 1));
      StandIn.Counts before = StandIn.counts();
      try (Sequence fork = sequence.fork();
          Snapshot snapshot = sequence.snapshot()) {
        StandIn.Counts forked = StandIn.counts().since(before);
        assertEquals(0, forked.copiesToDevice() + forked.copiesToHost(), "copies over the bus");
        sequence.restore(snapshot);
        Logits.step(model, fork, 3);
      }
      StandIn.Counts ran = StandIn.counts().since(before);
      assertEquals(1, ran.copiesToDevice(), "the tables of the step");
      assertEquals(1, ran.copiesToHost(), "its logits");
    }
  }

  /** What is done gives the same logits on the CPU and on the GPU, to the parity bound. */
  private static void sameOnBoth(Path path, BiFunction<Model, int[], List<float[]>> work) {
    List<List<float[]>> found = new ArrayList<>();
    for (Device device : List.of(Device.CPU, Device.CUDA)) {
      try (Model model = Model.open(path, ModelOptions.EXACT.with(device))) {
        found.add(work.apply(model, Logits.tokens(model, PROMPT, 11)));
      }
    }
    Logits.assertClose(found.get(0), found.get(1), "the GPU against the CPU");
  }
}
