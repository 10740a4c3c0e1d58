package io.deltaport.runtime.padded;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.StepOutput;
import io.deltaport.runtime.StepResult;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * What a padded run gave, scattered back to {@code [batch, seq, …]}. Owns that memory, not the
 * sequences: these are the caller's, to go on from and to close.
 */
public final class PaddedResult implements AutoCloseable {
  private final PaddedRun run;
  private final StepResult result;
  private final List<Sequence> sequences;

  PaddedResult(PaddedRun run, StepResult result, List<Sequence> sequences) {
    this.run = run;
    this.result = result;
    this.sequences = List.copyOf(sequences);
  }

  /** One a row of the batch, to continue with. */
  public List<Sequence> sequences() {
    return sequences;
  }

  /**
   * {@code [batch, seq, vocab or labels]}; of sequence classification {@code [batch, 1, labels]},
   * pooled from the last token of a row whose id is not {@code pad_token_id}.
   */
  public PaddedRows logits() {
    return new PaddedRows(tables(StepOutput::logits), run.logits());
  }

  /** Final-normed hidden states {@code [batch, seq, hidden]}. */
  public PaddedRows lastHiddenState() {
    return new PaddedRows(tables(StepOutput::lastHiddenState), run.hidden());
  }

  /** Names of the tap outputs. */
  public Set<String> taps() {
    return result.get(0).taps();
  }

  /** One of them, {@code [batch, seq, hidden or experts]}. */
  public PaddedRows tap(String name) {
    return new PaddedRows(tables(output -> output.tap(name)), run.tokens());
  }

  private List<FloatRows> tables(Function<StepOutput, FloatRows> table) {
    return run.stepOfEach().stream().map(result::get).map(table).toList();
  }

  @Override
  public void close() {
    result.close();
  }
}
