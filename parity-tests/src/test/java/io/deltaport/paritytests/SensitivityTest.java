package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.evaluate.parity.Parity;
import io.deltaport.evaluate.parity.ParityReport;
import io.deltaport.evaluate.parity.Reference;
import io.deltaport.evaluate.parity.Reference.Prefill;
import io.deltaport.loader.tensor.TensorData;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the famous bugs compute: each must fail, or the cases could not see it. */
class SensitivityTest {
  @TempDir private Path directory;

  @Test
  void anUneditedCopyPasses() {
    assertTrue(parity(copy("ratio-three")).passed());
  }

  @Test
  @DisplayName("pitfall 1: V heads paired with K heads in turn instead of in groups fail")
  void headsPairedInTurn() {
    // K head h of 2 with V heads 3h, 3h + 1, 3h + 2; wrongly paired with h, h + 2, h + 4.
    int kDim = 5;
    int vDim = 7;
    int group = 2 * kDim + 2 * 3 * vDim;
    fails(
        copy("ratio-three")
            .permuteRows(
                "in_proj_qkvz.weight",
                row -> {
                  int inGroup = row % group - 2 * kDim;
                  if (inGroup < 0) {
                    return row;
                  }
                  int part = inGroup / (3 * vDim);
                  int head = row / group * 3 + inGroup / vDim % 3;
                  int other = head % 2 * 3 + head / 2;
                  return other / 3 * group
                      + 2 * kDim
                      + (part * 3 + other % 3) * vDim
                      + inGroup % vDim;
                }),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 2: in_proj_qkvz read as all q, all k, all v, all z fails")
  void qkvzNotInterleaved() {
    // Groups of q 5, k 5, v 21, z 21, two of them.
    int[] widths = {5, 5, 21, 21};
    fails(
        copy("ratio-three")
            .permuteRows(
                "in_proj_qkvz.weight",
                row -> {
                  int rest = row % 52;
                  int before = 0;
                  for (int width : widths) {
                    if (rest < width) {
                      return 2 * before + row / 52 * width + rest;
                    }
                    rest -= width;
                    before += width;
                  }
                  throw new IllegalStateException();
                }),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 3: in_proj_ba split at its midpoint fails")
  void baSplitAtTheMidpoint() {
    // Groups of b 3, a 3, two of them; wrongly b 6, a 6.
    fails(
        copy("ratio-three")
            .permuteRows("in_proj_ba.weight", row -> row % 6 / 3 * 6 + row / 6 * 3 + row % 3),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 19: norm_topk_prob flipped fails, either way")
  void routerNormalisationFlipped() {
    fails(
        copy("two-periods").config(config -> config.put("norm_topk_prob", false)),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 19: norm_topk_prob flipped the other way fails")
  void routerNormalisationFlippedOn() {
    fails(
        copy("raw-top-k").config(config -> config.put("norm_topk_prob", true)),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 19: one expert fewer fails")
  void oneExpertFewer() {
    fails(
        copy("two-periods").config(config -> config.put("num_experts_per_tok", 1)),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 20: gate and up swapped in a stacked tensor fail")
  void gateAndUpSwapped() {
    // Eight rows of gate, eight of up, for each expert.
    fails(
        copy("stacked")
            .permuteRows("experts.gate_up_proj", row -> row / 16 * 16 + (row % 16 + 8) % 16),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 24: RoPE over half of the rotary dims fails")
  void halfOfTheRotaryDims() {
    fails(
        copy("all-full").config(config -> rope(config).put("partial_rotary_factor", 0.125)),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 24: a RoPE scaling that is not applied fails")
  void ropeScalingIgnored() {
    fails(
        copy("rope-linear").config(config -> rope(config).put("rope_type", "default")),
        "prefill.hidden_states.2");
  }

  @Test
  void anotherEpsilonFails() {
    fails(
        copy("epsilon").config(config -> config.put("rms_norm_eps", 1e-6)),
        "prefill.hidden_states.1");
  }

  @Test
  @DisplayName("pitfall 29: the last real token, where that is the pad id, gives other logits")
  void pooledByTheMask() {
    Path path = Fixtures.named("sequence-classification");
    Prefill prefill = Reference.read(path.resolve(Parity.REFERENCE)).prefill().orElseThrow();
    float[] pooled = TensorData.toFloats(prefill.logits().orElseThrow());
    int[] ids = new int[prefill.ids().seq()];
    for (int s = 0; s < ids.length; s++) {
      ids[s] = (int) prefill.ids().get(0, s);
    }
    try (Model model = Model.open(path, ModelOptions.EXACT)) {
      List<float[]> logits = Logits.fullPass(model, ids);
      assertEquals(pooled[0], logits.get(ids.length - 2)[0], 1e-4);
      assertTrue(Math.abs(pooled[0] - logits.get(ids.length - 1)[0]) > 0.01);
    }
  }

  @Test
  @DisplayName("the report names the layer that diverges first")
  void theFirstLayerThatDivergesIsNamed() {
    fails(
        copy("mlp-only-layers").permuteRows("layers.2.mlp.down_proj.weight", row -> row ^ 1),
        "prefill.hidden_states.3");
  }

  private EditedCase copy(String name) {
    return EditedCase.copyOf(Fixtures.named(name), directory);
  }

  private static void fails(EditedCase edited, String firstDivergence) {
    ParityReport report = parity(edited);
    assertFalse(report.passed(), () -> report.toJson().toString());
    assertEquals(Optional.of(firstDivergence), report.firstDivergence());
  }

  private static ParityReport parity(EditedCase edited) {
    return Parity.run(edited.path(), edited.path().resolve(Parity.REFERENCE), ModelOptions.EXACT);
  }

  private static ObjectNode rope(ObjectNode config) {
    return (ObjectNode) config.required("rope_parameters");
  }
}
