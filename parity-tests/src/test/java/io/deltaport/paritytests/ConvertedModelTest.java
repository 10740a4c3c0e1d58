package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.Conversion;
import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.Converter;
import io.deltaport.directory.Progress;
import io.deltaport.evaluate.parity.Parity;
import io.deltaport.evaluate.parity.ParityReport;
import io.deltaport.evaluate.parity.ParityRow;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parity of a model directory, which has taps and an MTP head or has not. */
class ConvertedModelTest {
  @TempDir private Path directory;

  @Test
  @DisplayName("without taps the outputs are compared, and the report says what is not")
  void withoutTaps() {
    ParityReport report = parity(convert("router-loss"), "router-loss");
    assertTrue(report.passed());
    assertEquals(
        List.of("prefill.logits", "loss", "decode.0.logits", "decode.1.logits", "decode.2.logits"),
        names(report));
    assertEquals(
        List.of(
            "prefill.hidden_states.0",
            "prefill.hidden_states.1",
            "prefill.hidden_states.2",
            "prefill.hidden_states.3",
            "prefill.router_logits.0",
            "prefill.router_logits.1",
            "prefill.router_logits.2",
            "aux_loss"),
        report.notCompared());
  }

  @Test
  void withTapsEverythingIsCompared() {
    ParityReport report = parity(convert("router-loss", Option.TAPS), "router-loss");
    assertTrue(report.passed());
    assertEquals(List.of(), report.notCompared());
    assertTrue(report.auxLoss().isPresent());
  }

  @Test
  @DisplayName("pitfall 23: a model converted without its head is compared without it, and says so")
  void withoutTheHead() {
    ParityReport report = parity(convert("mtp", Option.TAPS), "mtp");
    assertTrue(report.passed());
    assertEquals(List.of("mtp.logits", "mtp.last_hidden_state"), report.notCompared());
  }

  @Test
  void withTheHeadItsDraftsAreCompared() {
    ParityReport report = parity(convert("mtp", Option.MTP), "mtp");
    assertTrue(report.passed());
    assertTrue(names(report).containsAll(List.of("mtp.logits", "mtp.last_hidden_state")));
  }

  @Test
  void nothingToCompareIsAnError() {
    Path model = convert("mtp");
    Path drafts = Fixtures.kjvTiny().resolve("mtp_reference.safetensors");
    RunException refused =
        assertThrows(RunException.class, () -> Parity.run(model, drafts, ModelOptions.EXACT));
    assertTrue(String.valueOf(refused.getMessage()).contains("nothing"));
  }

  @Test
  void aReferenceOfAnotherModelIsAnError() {
    Path other = Fixtures.named("official").resolve(Parity.REFERENCE);
    Path model = Fixtures.named("tied");
    assertThrows(RunException.class, () -> Parity.run(model, other, ModelOptions.EXACT));
  }

  private Path convert(String name, Option... options) {
    Path destination = directory.resolve("model");
    Conversion.Builder conversion = Conversion.of(Fixtures.named(name), destination);
    for (Option option : options) {
      conversion.with(option);
    }
    Converter.convert(conversion.build(), Progress.NONE);
    return destination;
  }

  private static ParityReport parity(Path model, String name) {
    Path reference = Fixtures.named(name).resolve(Parity.REFERENCE);
    return Parity.run(model, reference, ModelOptions.EXACT);
  }

  private static List<String> names(ParityReport report) {
    return report.rows().stream().map(ParityRow::name).toList();
  }
}
