package io.deltaport.runtime;

import java.util.List;
import java.util.Set;

/**
 * What a padded run gave, scattered back to {@code [batch, seq, …]}. Owns that memory, not the
 * sequences: these are the caller's, to go on from and to close.
 */
public final class PaddedResult implements AutoCloseable {
  private final StepResult result;
  private final List<Sequence> sequences;
  private final int[][] tokens;
  private final int[][] logits;
  private final int[][] hidden;

  /** Outputs, and for each the row of each {@code [batch][seq]}, -1 = none. */
  PaddedResult(
      StepResult result, List<Sequence> sequences, int[][] tokens, int[][] logits, int[][] hidden) {
    this.result = result;
    this.sequences = List.copyOf(sequences);
    this.tokens = tokens;
    this.logits = logits;
    this.hidden = hidden;
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
    return new PaddedRows(result.run().table(GraphNames.LOGITS), logits);
  }

  /** Final-normed hidden states {@code [batch, seq, hidden]}. */
  public PaddedRows lastHiddenState() {
    return new PaddedRows(result.run().table(GraphNames.LAST_HIDDEN_STATE), hidden);
  }

  /** Names of the tap outputs. */
  public Set<String> taps() {
    return result.run().taps();
  }

  /** One of them, {@code [batch, seq, hidden or experts]}. */
  public PaddedRows tap(String name) {
    return new PaddedRows(result.run().table(name), tokens);
  }

  @Override
  public void close() {
    result.close();
  }
}
