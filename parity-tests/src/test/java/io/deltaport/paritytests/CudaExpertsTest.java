package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.directory.Mtp;
import io.deltaport.evaluate.parity.Parity;
import io.deltaport.evaluate.parity.ParityReport;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.Experts;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Experts that stay in host memory. */
@EnabledIfSystemProperty(named = StandIn.LIBRARY, matches = ".+")
class CudaExpertsTest {
  private static final ModelOptions DEVICE = ModelOptions.EXACT.with(Device.CUDA);
  private static final ModelOptions HOST = DEVICE.with(Experts.HOST);

  /** The case "official": 4 sparse layers of 9 experts, of which a token chooses 4. */
  private static final Path OFFICIAL = Fixtures.named("official");

  private static final int LAYERS = 4;
  private static final int EXPERTS = 9;
  private static final int TOP_K = 4;

  /** Gate and up of 11 rows of 60 bytes, down of 30 rows of 22, rows padded to 16 bytes. */
  private static final int EXPERT_BYTES = 2 * 11 * 64 + 30 * 32;

  @AfterEach
  void nothingStaysOnTheGpu() {
    StandIn.heal();
    assertEquals(0, StandIn.counts().deviceBytes(), "bytes left on the GPU");
    assertEquals(0, StandIn.counts().pinnedBytes(), "pinned bytes left");
    assertEquals(0, StandIn.counts().streams(), "streams left");
  }

  @ParameterizedTest
  @CsvSource({
    "official, 2",
    "official, 6",
    "odd, 1",
    "stacked, 3",
    "top-all, 2",
    "fp8-experts, 3",
    "compressed-int4-zero, 3",
    "awq, 3",
    "mixed-types, 3",
    "mtp-official, 3",
    "all-full, 0",
    "no-experts, 3"
  })
  @DisplayName("fewer slots than experts, or than a step chooses, change nothing")
  void caseEqualsItsReference(String name, int slots) {
    Path path = Fixtures.named(name);
    ParityReport report =
        Parity.run(path, path.resolve(Parity.REFERENCE), HOST.withExpertSlots(slots));
    OwnCase.assertEqual(name, report);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 17, 25})
  @DisplayName("bit by bit as with experts on the GPU, whichever are in slots")
  void sameBits(int slots) {
    Logits.assertSame(walk(DEVICE), walk(HOST.withExpertSlots(slots)), "host against device");
  }

  /** A prompt and single tokens, which choose now these and now those experts. */
  private static List<float[]> walk(ModelOptions options) {
    try (Model model = Model.open(OFFICIAL, options);
        Sequence sequence = model.newSequence()) {
      List<float[]> rows = new ArrayList<>(Logits.step(model, sequence, 1, 2, 3));
      for (int token : Logits.tokens(model, 24, 5)) {
        rows.addAll(Logits.step(model, sequence, token));
      }
      return rows;
    }
  }

  private static List<float[]> logits(ModelOptions options) {
    try (Model model = Model.open(OFFICIAL, options);
        Sequence sequence = model.newSequence()) {
      List<float[]> rows = new ArrayList<>(Logits.step(model, sequence, 1, 2, 3, 4, 5));
      rows.addAll(Logits.step(model, sequence, 6));
      return rows;
    }
  }

  @Test
  @DisplayName("a step brings the experts it chose; the same again brings none")
  void bytesOfAStep() {
    long tables = 8 * 16;
    // Order and tiles of the rows, and for each expert three weights: three addresses and a factor.
    long lists = LAYERS * TOP_K * (4 + 3 * 4 + 3 * (3 * 8 + 8));
    try (Model model = Model.open(OFFICIAL, HOST)) {
      assertEquals(tables + lists + LAYERS * TOP_K * EXPERT_BYTES, bytesUp(model));
      assertEquals(tables + lists, bytesUp(model));
    }
    // Room for the experts of three layers: each makes room for one that comes again.
    try (Model model = Model.open(OFFICIAL, HOST.withExpertSlots(3 * TOP_K))) {
      long all = tables + lists + LAYERS * TOP_K * EXPERT_BYTES;
      assertEquals(all, bytesUp(model));
      assertEquals(all, bytesUp(model));
    }
  }

  /** Of the first token of a sequence. */
  private static long bytesUp(Model model) {
    try (Sequence sequence = model.newSequence()) {
      StandIn.Counts before = StandIn.counts();
      Logits.step(model, sequence, 3);
      StandIn.Counts ran = StandIn.counts().since(before);
      assertEquals(1 + LAYERS, ran.copiesToHost(), "the logits, and what each layer chose");
      assertEquals(
          4L * model.info().vocabSize() + LAYERS * TOP_K * 4, ran.bytesToHost(), "bytes down");
      assertEquals(0, ran.foreignKernels(), "kernels of ONNX Runtime");
      return ran.bytesToDevice();
    }
  }

  @Test
  @DisplayName("the GPU holds the slots and not the experts")
  void memory() {
    long whole = deviceBytes(DEVICE);
    long aligned = EXPERT_BYTES + 2 * 64 + 64;
    // Of each expert also 96 bytes of addresses and factors, a table a layer up to 256 bytes.
    long tables = LAYERS * (EXPERTS * 96 + 256 - EXPERTS * 96 % 256);
    long none = whole - LAYERS * EXPERTS * aligned - tables;
    assertEquals(none + 5 * aligned, deviceBytes(HOST.withExpertSlots(5)));
    assertEquals(none + LAYERS * EXPERTS * aligned, deviceBytes(HOST));
    assertEquals(none + LAYERS * EXPERTS * aligned, deviceBytes(HOST.withExpertSlots(1000)));
  }

  private static long deviceBytes(ModelOptions options) {
    try (Model model = Model.open(OFFICIAL, options)) {
      assertEquals(Device.CUDA, model.options().device());
      return StandIn.counts().deviceBytes();
    }
  }

  @Test
  @DisplayName("experts that do not fit are refused with the option that helps, and then fit")
  void refusalNamesTheOption() {
    StandIn.memory(deviceBytes(HOST.withExpertSlots(5)) + 1000);
    String message = refusal(DEVICE);
    long experts = LAYERS * EXPERTS * (EXPERT_BYTES + 2 * 64 + 64L);
    assertTrue(
        message.matches(
            ".*need \\d+ bytes of GPU memory, found \\d+ of \\d+ free on stand-in; "
                + experts
                + " of them are experts, which --experts host leaves in host memory"),
        message);
    Model.open(OFFICIAL, HOST.withExpertSlots(5)).close();
    // With no number said, those of one token fit.
    Model.open(OFFICIAL, HOST).close();
    StandIn.memory(deviceBytes(HOST.withExpertSlots(1)) - 1);
    assertTrue(refusal(HOST.withExpertSlots(1)).contains("bytes of GPU memory, found"));
  }

  private static String refusal(ModelOptions options) {
    return String.valueOf(
        assertThrows(RunException.class, () -> Model.open(OFFICIAL, options).close()).getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 12, 20, 40})
  @DisplayName("a copy that fails in the middle of a step is one line, and the step can come again")
  void failedCopy(int copies) {
    List<float[]> expected = logits(DEVICE);
    try (Model model = Model.open(OFFICIAL, HOST.withExpertSlots(3));
        Sequence sequence = model.newSequence()) {
      StandIn.failCopyAfter(copies);
      RunException error =
          assertThrows(RunException.class, () -> Logits.step(model, sequence, 1, 2, 3, 4, 5));
      String message = String.valueOf(error.getMessage());
      assertTrue(message.contains("CUDA: uploading weights: unknown error (error 999)"), message);
      assertEquals(1, message.lines().count(), message);
      StandIn.heal();
      List<float[]> rows = new ArrayList<>(Logits.step(model, sequence, 1, 2, 3, 4, 5));
      rows.addAll(Logits.step(model, sequence, 6));
      Logits.assertSame(expected, rows, "after the failure");
    }
  }

  @Test
  @DisplayName("an upload of the MTP head that fails leaves the model its slots")
  void failedHead() {
    ModelOptions options = HOST.with(Mtp.HEAD).withExpertSlots(3);
    try (Model model = Model.open(Fixtures.named("mtp"), options);
        Sequence sequence = model.newSequence()) {
      StandIn.failCopyAfter(0);
      assertThrows(RunException.class, model::mtp);
      StandIn.heal();
      Logits.step(model, sequence, 1, 2, 3);
      assertTrue(model.mtp().isPresent());
      Logits.step(model, sequence, 4);
    }
  }

  @Test
  @DisplayName("steps stay eager, and one line says so")
  void notRecorded() {
    Told told = new Told();
    try (Model model = Model.open(OFFICIAL, HOST, told);
        Sequence sequence = model.newSequence()) {
      StandIn.Counts before = StandIn.counts();
      for (int token = 1; token < 8; token++) {
        Logits.step(model, sequence, token);
      }
      assertEquals(0, StandIn.counts().since(before).graphLaunches(), "replays");
    }
    assertEquals(
        List.of(
            "decode steps are not recorded (CUDA: experts come from host memory in the middle of a"
                + " step)"),
        told.notes);
  }
}
