package io.deltaport.evaluate.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParityReportTest {
  private static final Optional<Double> NONE = Optional.empty();
  private static final ParityRow FIRST = row("prefill.hidden_states.0", 0, Verdict.PASS);
  private static final ParityRow STATE = row("prefill.hidden_states.1", 3, Verdict.FAIL);
  private static final ParityRow LOGITS = row("prefill.logits", 7, Verdict.FAIL);

  @Test
  void aReportOfPassingRowsPasses() {
    ParityReport report = report(100, 1, FIRST, row("prefill.logits", 0.5, Verdict.AMBIGUOUS));
    assertTrue(report.passed());
    assertEquals("prefill.logits", report.worst().name());
    assertEquals(Optional.empty(), report.firstDivergence());
  }

  @Test
  void moreThanOneTokenInAHundredLeftOutFails() {
    assertFalse(report(99, 1, FIRST).passed());
  }

  @Test
  void anUnknownTensorInTheReferenceFails() {
    assertFalse(report(List.of("prefill.logit"), 100, 0, FIRST).passed());
  }

  @Test
  void theWorstRowUsedMostOfWhatItIsAllowed() {
    ParityRow wide = new ParityRow("wide", 2e-4, 2e-4, 1, 2, Optional.of(4.0), Verdict.PASS);
    ParityRow narrow = row("narrow", 0.9, Verdict.PASS);
    assertEquals(0.4, wide.used());
    assertEquals("narrow", report(9, 0, wide, narrow).worst().name());
  }

  @Test
  void theFirstDivergenceIsTheFirstLayerBeyondItsBound() {
    assertEquals(
        Optional.of("prefill.hidden_states.1"),
        report(9, 0, LOGITS, FIRST, STATE).firstDivergence());
    assertEquals(Optional.of("prefill.logits"), report(9, 0, FIRST, LOGITS).firstDivergence());
  }

  @Test
  void theWorstRowIsOneThatIsNotFinite() {
    ParityRow bad =
        new ParityRow("x", Double.NaN, Double.NaN, Double.NaN, Double.NaN, NONE, Verdict.FAIL);
    assertEquals("x", report(9, 0, bad, LOGITS).worst().name());
  }

  @Test
  void jsonHasTheDocumentedKeys() {
    ParityRow bad =
        new ParityRow("x", Double.NaN, Double.NaN, Double.NaN, Double.NaN, NONE, Verdict.FAIL);
    ParityReport report =
        new ParityReport(
            List.of(FIRST, bad),
            300,
            4,
            2,
            Optional.of(new LossPair(1.5, 2)),
            Optional.empty(),
            List.of("aux_loss"),
            List.of("decode.0.logit"));
    assertEquals(
        "{\"passed\":false,\"compared\":2,\"failed\":1,\"ambiguous\":6,"
            + "\"worst\":{\"name\":\"x\",\"max_abs\":null,\"max_rel\":null,"
            + "\"share\":null,\"official_share\":null},"
            + "\"loss\":{\"ours\":1.5,\"reference\":2.0},\"aux_loss\":null,"
            + "\"not_compared\":[\"aux_loss\"],\"unknown\":[\"decode.0.logit\"],\"first_divergence\":\"x\","
            + "\"rows\":[{\"name\":\"prefill.hidden_states.0\",\"max_abs\":0.0,\"max_rel\":0.0,"
            + "\"cosine\":1.0,\"share\":0.0,\"official_share\":0.25,\"verdict\":\"pass\"},{\"name\":\"x\",\"max_abs\":null,"
            + "\"max_rel\":null,\"cosine\":null,\"share\":null,\"official_share\":null,\"verdict\":\"fail\"}]}",
        report.toJson().toString());
  }

  private static ParityReport report(long tokens, long leftOut, ParityRow... rows) {
    return report(List.of(), tokens, leftOut, rows);
  }

  private static ParityReport report(
      List<String> unknown, long tokens, long leftOut, ParityRow... rows) {
    return new ParityReport(
        List.of(rows), tokens, 0, leftOut, Optional.empty(), Optional.empty(), List.of(), unknown);
  }

  private static ParityRow row(String name, double share, Verdict verdict) {
    return new ParityRow(name, share * 1e-4, share * 1e-4, 1, share, Optional.of(0.25), verdict);
  }
}
