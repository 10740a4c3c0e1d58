package io.deltaport.evaluate.parity;

import io.deltaport.evaluate.parity.Reference.DecodeStep;
import io.deltaport.evaluate.parity.Reference.Prefill;
import io.deltaport.evaluate.parity.ReportBuilder.Kind;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.padded.Padded;
import io.deltaport.runtime.padded.PaddedBatch;
import io.deltaport.runtime.padded.PaddedResult;
import java.util.List;

/** Runs what a reference has through a model, in its order, and compares on the way. */
final class CaseRun {
  private final Model model;
  private final Reference reference;
  private final ReportBuilder report;

  CaseRun(Model model, Reference reference) {
    this.model = model;
    this.reference = reference;
    this.report = new ReportBuilder(reference);
  }

  ParityReport run() {
    reference.prefill().ifPresent(this::text);
    reference.drafts().ifPresent(drafts -> new DraftRun(model, report).compare(drafts));
    return report.build();
  }

  private void text(Prefill prefill) {
    RouterTies ties = RouterTies.none(prefill.ids().batch(), topK(model));
    PaddedBatch batch = PaddedBatch.of(prefill.ids().toArrays(), prefill.mask().toArrays());
    PaddedBatch wanted = hasStates() ? batch.hidden(RowSelection.ALL) : batch;
    try (PaddedResult result = Padded.run(model, wanted)) {
      try {
        prefill(prefill, result, ties);
        steps(result.sequences(), ties);
      } finally {
        result.sequences().forEach(Sequence::close);
      }
    }
  }

  private void prefill(Prefill prefill, PaddedResult result, RouterTies ties) {
    Places tokens = Places.of(prefill.mask(), prefill.ids().seq());
    List<Table> routers = routers(result);
    prefill.routerLogits().forEach(tensor -> see(tensor, tokens, ties));
    if (prefill.routerLogits().isEmpty()) {
      routers.forEach(ties::see);
    }
    report.count(tokens, ties);
    prefill.hiddenStates().forEach(tensor -> tap(tensor, result, ties));
    prefill.routerLogits().forEach(tensor -> tap(tensor, result, ties));
    prefill.lastHiddenState().ifPresent(tensor -> states(tensor, result, ties));
    prefill.logits().ifPresent(tensor -> logits(tensor, result, ties));
    reference.loss().ifPresent(loss -> loss(loss, prefill, result, ties));
    reference.auxLoss().ifPresent(loss -> auxLoss(loss, routers, ties));
  }

  /** Looks at router logits of the reference, at the places of our tokens. */
  private static void see(Tensor routerLogits, Places places, RouterTies ties) {
    int experts = Math.toIntExact(routerLogits.shape().dim(1));
    try (ReferenceRows rows = ReferenceRows.open(routerLogits, experts)) {
      places.visit((b, s) -> ties.see(b, s, rows.row(places.index(b, s))));
    }
  }

  private void tap(Tensor tensor, PaddedResult result, RouterTies ties) {
    String tap = tensor.name().substring("prefill.".length());
    if (result.taps().contains(tap)) {
      report.compare(tensor, Table.of(result.tap(tap)), ties, Kind.VALUES);
    } else {
      report.notCompared(tensor.name());
    }
  }

  private void states(Tensor tensor, PaddedResult result, RouterTies ties) {
    if (hasStates()) {
      report.compare(tensor, Table.of(result.lastHiddenState()), ties, Kind.VALUES);
    } else {
      report.notCompared(tensor.name());
    }
  }

  private void logits(Tensor tensor, PaddedResult result, RouterTies ties) {
    switch (model.info().head()) {
      case CAUSAL_LM -> report.compare(tensor, Table.of(result.logits()), ties, Kind.TOKENS);
      case TOKEN_CLASSIFICATION, QUESTION_ANSWERING ->
          report.compare(tensor, Table.of(result.logits()), ties, Kind.VALUES);
      case SEQUENCE_CLASSIFICATION ->
          report.compare(tensor, Table.of(result.logits()), ties.next(), Kind.VALUES);
      case BASE_MODEL -> report.notCompared(tensor.name());
    }
  }

  private void loss(double loss, Prefill prefill, PaddedResult result, RouterTies ties) {
    if (causal() && !ties.any()) {
      report.loss(Losses.crossEntropy(prefill.ids(), Table.of(result.logits())), loss);
    } else {
      report.notCompared("loss");
    }
  }

  private void auxLoss(double loss, List<Table> routers, RouterTies ties) {
    if (!routers.isEmpty() && !ties.any()) {
      report.auxLoss(Losses.loadBalancing(routers, topK(model)), loss);
    } else {
      report.notCompared("aux_loss");
    }
  }

  private void steps(List<Sequence> sequences, RouterTies before) {
    RouterTies ties = before;
    for (int k = 0; k < reference.steps().size(); k++) {
      DecodeStep step = reference.steps().get(k);
      if (causal()) {
        ties = ties.next().reordered(step.beams());
        step(step, sequences, ties);
      } else {
        step.logits().map(Tensor::name).ifPresent(report::notCompared);
      }
    }
  }

  private void step(DecodeStep step, List<Sequence> sequences, RouterTies ties) {
    if (!step.beams().isEmpty()) {
      Padded.reorder(sequences, step.beams().stream().mapToInt(beam -> beam).toArray());
    }
    PaddedBatch batch = PaddedBatch.of(step.ids().toArrays(), step.mask().toArrays());
    try (PaddedResult result = Padded.run(model, batch, sequences)) {
      routers(result).forEach(ties::see);
      report.count(Places.of(step.mask(), step.ids().seq()), ties);
      step.logits().ifPresent(t -> report.compare(t, Table.of(result.logits()), ties, Kind.TOKENS));
    }
  }

  private boolean hasStates() {
    return switch (model.info().head()) {
      case CAUSAL_LM, BASE_MODEL -> true;
      case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION, QUESTION_ANSWERING -> false;
    };
  }

  private boolean causal() {
    return model.info().head() == HeadType.CAUSAL_LM;
  }

  private static List<Table> routers(PaddedResult result) {
    return Routers.of(result.taps(), name -> Table.of(result.tap(name)));
  }

  /** Experts that a token chooses; none without experts, and then no router is seen. */
  static long topK(Model model) {
    return model.info().topK();
  }
}
