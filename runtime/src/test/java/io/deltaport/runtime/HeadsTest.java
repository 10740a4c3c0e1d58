package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.padded.Padded;
import io.deltaport.runtime.padded.PaddedBatch;
import io.deltaport.runtime.padded.PaddedResult;
import io.deltaport.runtime.padded.PaddedRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What each architecture returns, against transformers. */
class HeadsTest {
  @Test
  void causalLm() {
    check(Tiny.KJV_TINY, "prefill.logits", PaddedResult::logits);
  }

  @Test
  void baseModel() {
    check(testCase("base-model"), "prefill.last_hidden_state", PaddedResult::lastHiddenState);
  }

  @Test
  void tokenClassification() {
    check(testCase("token-classification"), "prefill.logits", PaddedResult::logits);
  }

  @Test
  void questionAnswering() {
    check(testCase("question-answering"), "prefill.logits", PaddedResult::logits);
  }

  @Test
  @DisplayName("pitfall 29: sequence classification pools the last token that is not padding")
  void sequenceClassification() {
    check(testCase("sequence-classification"), "prefill.logits", PaddedResult::logits);
  }

  @Test
  void whatAHeadDoesNotReturnIsAnError() {
    try (Model model = Model.open(testCase("base-model"), Tiny.EXACT);
        Sequence sequence = model.newSequence()) {
      Step step = Step.of(sequence, 1).logits(RowSelection.LAST);
      RunException e = assertThrows(RunException.class, () -> model.run(List.of(step)));
      assertEquals(
          "this model has no output logits, its outputs are [last_hidden_state]", e.getMessage());
    }
  }

  @Test
  @DisplayName("pitfall 29: a batch whose pooled token is masked is refused")
  void pooledTokenMustBeReal() {
    try (Model model = Model.open(testCase("sequence-classification"), Tiny.EXACT)) {
      PaddedBatch batch = PaddedBatch.of(new long[][] {{3, 4}}, new long[][] {{1, 0}});
      RunException e = assertThrows(RunException.class, () -> Padded.run(model, batch));
      assertEquals("row 0: the pooled token, column 1 with id 4, is masked", e.getMessage());
    }
  }

  private static Path testCase(String name) {
    return Tiny.FIXTURES.resolve("cases").resolve(name);
  }

  /** The reference's real rows equal ours. */
  private static void check(
      Path checkpoint, String name, Function<PaddedResult, PaddedRows> output) {
    Reference reference = new Reference(checkpoint.resolve("reference.safetensors"));
    PaddedBatch batch =
        PaddedBatch.of(
            reference.longs("prefill.input_ids"), reference.longs("prefill.attention_mask"));
    float[][] all = reference.floats(name);
    try (Model model = Model.open(checkpoint, Tiny.EXACT);
        PaddedResult result = Padded.run(model, batch)) {
      PaddedRows rows = output.apply(result);
      List<float[]> expected = new ArrayList<>();
      List<float[]> actual = new ArrayList<>();
      for (int b = 0; b < rows.batch(); b++) {
        for (int s = 0; s < rows.seq(); s++) {
          if (rows.has(b, s)) {
            float[] row = new float[rows.width()];
            rows.row(b, s).get(row);
            actual.add(row);
            expected.add(all[b * rows.seq() + s]);
          }
        }
      }
      Tiny.assertClose(expected.toArray(float[][]::new), actual.toArray(float[][]::new));
      result.sequences().forEach(Sequence::close);
    }
  }
}
