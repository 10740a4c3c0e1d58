package io.deltaport.evaluate.parity;

import io.deltaport.evaluate.parity.Reference.Drafts;
import io.deltaport.evaluate.parity.ReportBuilder.Kind;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.MtpHead;
import io.deltaport.runtime.MtpStep;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepOutput;
import io.deltaport.runtime.StepResult;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Runs the multi-token-prediction head over a reference's tokens, and compares its drafts. */
final class DraftRun {
  private final Model model;
  private final ReportBuilder report;

  DraftRun(Model model, ReportBuilder report) {
    this.model = model;
    this.report = report;
  }

  void compare(Drafts drafts) {
    Optional<MtpHead> head = model.mtp();
    if (head.isPresent()) {
      compare(drafts, head.get());
    } else {
      drafts.logits().map(Tensor::name).ifPresent(report::notCompared);
      drafts.lastHiddenState().map(Tensor::name).ifPresent(report::notCompared);
    }
  }

  private void compare(Drafts drafts, MtpHead head) {
    int[] ids = Arrays.stream(drafts.ids().toArrays()[0]).mapToInt(Math::toIntExact).toArray();
    int[] first = Arrays.copyOf(ids, ids.length - 1);
    int[] next = Arrays.copyOfRange(ids, 1, ids.length);
    RouterTies ties = RouterTies.none(1, CaseRun.topK(model));
    try (Sequence sequence = model.newSequence();
        StepResult states = model.run(List.of(statesOnly(Step.of(sequence, first))))) {
      StepOutput output = states.get(0);
      see(output, ties);
      MtpStep step = MtpStep.of(sequence, 0, output.lastHiddenState(), next);
      try (StepResult result =
          head.run(List.of(step.logits(RowSelection.ALL).hidden(RowSelection.ALL)))) {
        see(result.get(0), ties);
        compare(drafts, result.get(0), ties);
      }
    }
  }

  private void compare(Drafts drafts, StepOutput ours, RouterTies ties) {
    Table states = Table.of(ours.lastHiddenState());
    Table logits = Table.of(ours.logits());
    report.count(states, ties);
    drafts.logits().ifPresent(tensor -> report.compare(tensor, logits, ties, Kind.TOKENS));
    drafts.lastHiddenState().ifPresent(t -> report.compare(t, states, ties, Kind.VALUES));
  }

  private static Step statesOnly(Step step) {
    return step.logits(RowSelection.NONE).hidden(RowSelection.ALL);
  }

  private static void see(StepOutput output, RouterTies ties) {
    Routers.of(output.taps(), name -> Table.of(output.tap(name))).forEach(ties::see);
  }
}
