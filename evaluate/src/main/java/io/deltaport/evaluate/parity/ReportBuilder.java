package io.deltaport.evaluate.parity;

import io.deltaport.loader.tensor.Tensor;
import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects a report, tensor by tensor. */
final class ReportBuilder {
  /** What a tensor's last axis is. */
  enum Kind {
    /** Logits of next tokens: one of them is the best. */
    TOKENS,
    /** Anything else. */
    VALUES
  }

  private final Map<String, Double> official;
  private final List<String> unknown;
  private final List<ParityRow> rows = new ArrayList<>();
  private final List<String> notCompared = new ArrayList<>();
  private Optional<LossPair> loss = Optional.empty();
  private Optional<LossPair> auxLoss = Optional.empty();
  private long tokens;
  private long close;
  private long leftOut;

  ReportBuilder(Reference reference) {
    this.official = reference.errors();
    this.unknown = reference.unknown();
  }

  /** Counts the tokens of a run. */
  void count(Places places, RouterTies ties) {
    places.visit(
        (b, s) -> {
          tokens++;
          leftOut += ties.leavesOut(b, s) ? 1 : 0;
        });
  }

  /**
   * Compares a tensor whose rows, but for the last axis, are those of {@code [batch, seq]}; values
   * at padding are not compared.
   */
  void compare(Tensor reference, Table ours, RouterTies ties, Kind kind) {
    Comparison comparison = new Comparison();
    try (ReferenceRows theirs = ReferenceRows.open(reference, ours.width())) {
      ours.visit(
          (b, s) -> {
            if (ties.leavesOut(b, s)) {
              comparison.leaveOut();
            } else {
              FloatBuffer row = theirs.row(ours.index(b, s));
              close += kind == Kind.TOKENS && Comparison.ambiguous(row) ? 1 : 0;
              comparison.add(ours.row(b, s), row);
            }
          });
    }
    rows.add(comparison.row(reference.name(), official(reference.name())));
  }

  void loss(double ours, double reference) {
    rows.add(Comparison.scalar("loss", ours, reference, official("loss")));
    loss = Optional.of(new LossPair(ours, reference));
  }

  void auxLoss(double ours, double reference) {
    rows.add(Comparison.scalar("aux_loss", ours, reference, official("aux_loss")));
    auxLoss = Optional.of(new LossPair(ours, reference));
  }

  private Optional<Double> official(String name) {
    return Optional.ofNullable(official.get(name));
  }

  void notCompared(String name) {
    notCompared.add(name);
  }

  /** The report, unless nothing was compared. */
  ParityReport build() {
    if (rows.isEmpty()) {
      List<String> names = new ArrayList<>(notCompared);
      names.addAll(unknown);
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "the reference has nothing that this model can be compared with; not compared: "
              + String.join(", ", names));
    }
    return new ParityReport(rows, tokens, close, leftOut, loss, auxLoss, notCompared, unknown);
  }
}
