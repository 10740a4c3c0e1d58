package io.deltaport.evaluate.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.runtime.options.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceTest {
  @TempDir private Path directory;

  @Test
  void readsAPromptAndItsSteps() {
    Reference reference = read(ReferenceFile.steps());
    Reference.Prefill prefill = reference.prefill().orElseThrow();
    assertEquals(2, prefill.ids().batch());
    assertEquals(7, prefill.ids().get(1, 3));
    assertEquals(2, reference.steps().size());
    assertEquals(List.of(), reference.steps().get(0).beams());
    assertEquals(List.of(1, 0), reference.steps().get(1).beams());
    assertEquals(Optional.empty(), reference.loss());
    assertEquals(List.of(), reference.unknown());
  }

  @Test
  void ordersLayersByNumberAndListsWhatItDoesNotKnow() {
    ReferenceFile file = ReferenceFile.prompt().floats("prefill.attentions.0", Shape.of(1), 0);
    for (int layer = 11; layer >= 0; layer--) {
      file.floats("prefill.hidden_states." + layer, Shape.of(2, 4, 1), new float[8]);
    }
    Reference reference = read(file.floats("prefill.hidden_states.x", Shape.of(1), 0));
    List<String> names =
        reference.prefill().orElseThrow().hiddenStates().stream().map(t -> t.name()).toList();
    assertEquals(12, names.size());
    assertEquals("prefill.hidden_states.2", names.get(2));
    assertEquals("prefill.hidden_states.11", names.get(11));
    assertEquals(List.of("prefill.attentions.0", "prefill.hidden_states.x"), reference.unknown());
  }

  @Test
  void readsErrorsBesideTheirTensorsAndOnlyThere() {
    ReferenceFile file =
        ReferenceFile.prompt()
            .floats("prefill.logits.error", Shape.of(), 2e-5f)
            .floats("prefill.hidden_states.3", Shape.of(2, 4, 1), new float[8])
            .floats("prefill.hidden_states.3.error", Shape.of(), 0)
            .floats("prefill.hidden_states.4.error", Shape.of(), 0);
    Reference reference = read(file);
    assertEquals(Set.of("prefill.logits", "prefill.hidden_states.3"), reference.errors().keySet());
    assertEquals((double) 2e-5f, reference.errors().get("prefill.logits"));
    assertEquals(List.of("prefill.hidden_states.4.error"), reference.unknown());
  }

  @Test
  void readsDrafts() {
    Reference reference =
        read(
            new ReferenceFile()
                .longs("mtp.input_ids", Shape.of(1, 3), 1, 2, 3)
                .floats("mtp.logits", Shape.of(1, 2, 5), new float[10]));
    assertTrue(reference.prefill().isEmpty());
    assertTrue(reference.drafts().orElseThrow().logits().isPresent());
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(ReferenceFile.prompt().without("prefill.attention_mask"), "a tensor, found none"),
        fault(
            ReferenceFile.prompt().longs("prefill.attention_mask", Shape.of(1, 4), 1, 1, 1, 1),
            "attention_mask: expected 2 x 4, found 1 x 4"),
        fault(
            ReferenceFile.prompt()
                .longs("prefill.attention_mask", Shape.of(2, 4), 1, 1, 1, 1, 0, 1, 2, 1),
            "attention_mask[1, 2]: expected 0 or 1, found 2"),
        fault(
            ReferenceFile.prompt().floats("prefill.input_ids", Shape.of(2, 4), new float[8]),
            "input_ids: expected I64 of two axes, none empty, found F32 [2, 4]"),
        fault(
            ReferenceFile.prompt().longs("prefill.input_ids", Shape.of(0, 4)), "found I64 [0, 4]"),
        fault(
            ReferenceFile.prompt().floats("prefill.logits", Shape.of(2, 3, 4), new float[24]),
            "prefill.logits: expected F32 [2, 4, at least 1], found F32 [2, 3, 4]"),
        fault(
            ReferenceFile.prompt().floats("prefill.router_logits.0", Shape.of(2, 4), new float[8]),
            "prefill.router_logits.0: expected F32 [8, at least 1], found F32 [2, 4]"),
        fault(
            ReferenceFile.prompt().longs("prefill.hidden_states.1", Shape.of(2, 4, 1), new long[8]),
            "prefill.hidden_states.1: expected F32"),
        fault(
            ReferenceFile.prompt().floats("loss", Shape.of(), Float.NaN),
            "loss: expected a finite number, found NaN"),
        fault(ReferenceFile.prompt().floats("loss", Shape.of(1), 1), "loss: expected F32 []"),
        fault(
            ReferenceFile.prompt().floats("prefill.logits.error", Shape.of(1), 1),
            "prefill.logits.error: expected F32 [], found F32 [1]"),
        fault(
            ReferenceFile.prompt().floats("prefill.logits.error", Shape.of(), -1),
            "prefill.logits.error: expected at least 0, found -1"),
        fault(
            ReferenceFile.steps().without("decode.1.input_ids"),
            "decode.1.input_ids: expected a tensor, found none"),
        fault(
            ReferenceFile.steps().longs("decode.1.input_ids", Shape.of(1, 1), 1),
            "decode.1.input_ids: expected a batch of 2, found 1"),
        fault(
            ReferenceFile.steps().longs("decode.1.beam_idx", Shape.of(2), 0, 2),
            "decode.1.beam_idx: expected rows 0 to 1, found 2"),
        fault(
            ReferenceFile.steps().longs("decode.1.beam_idx", Shape.of(2), 0, -1),
            "decode.1.beam_idx: expected rows 0 to 1, found -1"),
        fault(
            ReferenceFile.steps().longs("decode.1.beam_idx", Shape.of(1), 0),
            "decode.1.beam_idx: expected I64 [2], found I64 [1]"),
        fault(
            ReferenceFile.steps().longs("decode.1.beam_idx", Shape.of(2), 0, 1),
            "decode.1.attention_mask[0, 0]: expected 1, as in the step before, found 0"),
        fault(
            ReferenceFile.steps().floats("decode.0.logits", Shape.of(2, 2, 3), new float[12]),
            "decode.0.logits: expected F32 [2, 1, at least 1], found F32 [2, 2, 3]"),
        fault(
            new ReferenceFile().longs("mtp.input_ids", Shape.of(2, 3), new long[6]),
            "mtp.input_ids: expected one row of at least 2 ids, found 2 x 3"),
        fault(
            new ReferenceFile()
                .longs("mtp.input_ids", Shape.of(1, 3), 1, 2, 3)
                .floats("mtp.logits", Shape.of(1, 3, 5), new float[15]),
            "mtp.logits: expected F32 [1, 2, at least 1], found F32 [1, 3, 5]"));
  }

  private static Arguments fault(ReferenceFile file, String message) {
    return Arguments.of(file, message);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("faults")
  void refuses(ReferenceFile file, String message) {
    RunException refused = assertThrows(RunException.class, () -> read(file));
    assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.getMessage());
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("reference.safetensors: "),
        refused.getMessage());
    assertFalse(String.valueOf(refused.getMessage()).contains("\n"), refused.getMessage());
  }

  @Test
  void stepsAfterAGapAreNotCompared() {
    Reference reference =
        read(ReferenceFile.prompt().longs("decode.7.input_ids", Shape.of(2, 1), 1, 2));
    assertEquals(List.of("decode.7.input_ids"), reference.unknown());
  }

  @Test
  void refusesAFileThatIsNoSafetensors() throws IOException {
    Path file = Files.writeString(directory.resolve("reference.safetensors"), "not a reference");
    assertThrows(CheckpointException.class, () -> Reference.read(file));
  }

  @Test
  void refusesAValueThatIsNotFiniteWhenItIsCompared() {
    ReferenceFile file = ReferenceFile.prompt();
    float[] logits = new float[24];
    logits[7] = Float.POSITIVE_INFINITY;
    Reference reference = read(file.floats("prefill.logits", Shape.of(2, 4, 3), logits));
    var tensor = reference.prefill().orElseThrow().logits().orElseThrow();
    try (ReferenceRows rows = ReferenceRows.open(tensor, 3)) {
      assertEquals(0f, rows.row(1).get(2));
      RunException refused = assertThrows(RunException.class, () -> rows.row(2));
      assertTrue(
          String.valueOf(refused.getMessage())
              .contains("expected finite values, found Infinity in row 2"));
    }
    RunException refused =
        assertThrows(RunException.class, () -> ReferenceRows.open(tensor, 4).close());
    assertTrue(
        String.valueOf(refused.getMessage())
            .contains("expected a last axis of 4, as the model's, found 3"));
  }

  private Reference read(ReferenceFile file) {
    return Reference.read(file.write(directory.resolve("reference.safetensors")));
  }
}
