package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the MTP head of one sequence gets in a run: rows {@code t}, each the hidden state of token
 * {@code t} and the id of token {@code t + 1}; its logits draft token {@code t + 2}. Immutable.
 */
public final class MtpStep implements SequenceRequest {
  private final Sequence sequence;
  private final long firstRow;
  private final @Nullable FloatRows hiddenStates;
  private final int[] nextIds;
  private final @Nullable RowSelection logits;
  private final RowSelection hidden;
  private final int topK;

  private MtpStep(
      Sequence sequence,
      long firstRow,
      @Nullable FloatRows hiddenStates,
      int[] nextIds,
      @Nullable RowSelection logits,
      RowSelection hidden,
      int topK) {
    this.sequence = Objects.requireNonNull(sequence);
    this.firstRow = firstRow;
    this.hiddenStates = hiddenStates;
    this.nextIds = nextIds;
    this.logits = logits;
    this.hidden = hidden;
    this.topK = topK;
  }

  /**
   * Rows from given hidden states.
   *
   * @param firstRow the first {@code t}; at most the rows that the head has already seen of the
   *     sequence, what it saw from there on is replaced
   * @param hiddenStates final-normed {@code [rows, hidden]}: the model's {@code last_hidden_state}
   *     of these tokens, or in a chained draft the head's own
   * @param nextIds id of token {@code t + 1} for each
   */
  public static MtpStep of(
      Sequence sequence, long firstRow, FloatRows hiddenStates, int... nextIds) {
    if (nextIds.length == 0 || hiddenStates.rows() != nextIds.length) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "MTP step: as many hidden states as ids, at least 1, expected, found %d and %d"
              .formatted(hiddenStates.rows(), nextIds.length));
    }
    return new MtpStep(
        sequence, firstRow, hiddenStates, nextIds.clone(), null, RowSelection.NONE, 0);
  }

  /**
   * One row: the sequence's last token, whose hidden state it keeps, and the id that was chosen to
   * follow it.
   */
  public static MtpStep afterLast(Sequence sequence, int nextId) {
    return new MtpStep(
        sequence, sequence.length() - 1, null, new int[] {nextId}, null, RowSelection.NONE, 0);
  }

  /** Whose logits are returned, by place in the step; the last row's if not said. */
  public MtpStep logits(RowSelection rows) {
    return new MtpStep(
        sequence, firstRow, hiddenStates, nextIds, Objects.requireNonNull(rows), hidden, topK);
  }

  /** Whose state after the head's own norm is returned: what a chained draft goes on from. */
  public MtpStep hidden(RowSelection rows) {
    return new MtpStep(sequence, firstRow, hiddenStates, nextIds, logits, rows, topK);
  }

  /** The {@code k} best tokens of each row of logits are returned too. */
  public MtpStep topK(int k) {
    if (k < 0) {
      throw new RunException(RunException.Reason.ARGUMENT, "top k must be at least 0, found " + k);
    }
    return new MtpStep(sequence, firstRow, hiddenStates, nextIds, logits, hidden, k);
  }

  @Override
  public Sequence sequence() {
    return sequence;
  }

  /** How many rows. */
  @Override
  public int tokens() {
    return nextIds.length;
  }

  /** The id of token {@code t + 1} of row {@code index}. */
  @Override
  public int id(int index) {
    return nextIds[index];
  }

  /** Whose logits are returned; null = the last row's. */
  @Override
  public @Nullable RowSelection logits() {
    return logits;
  }

  /** Whose hidden states are returned. */
  @Override
  public RowSelection hidden() {
    return hidden;
  }

  /** How many best tokens are returned for a row of logits. */
  @Override
  public int topK() {
    return topK;
  }

  long firstRow() {
    return firstRow;
  }

  /**
   * Copies the hidden state of row {@code index}, or gives null where it is the one that the
   * sequence keeps.
   */
  @Nullable FloatBuffer hiddenState(int index) {
    return hiddenStates == null ? null : hiddenStates.row(index);
  }
}
