package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.DraftAdvance;
import io.deltaport.runtime.state.HiddenState;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the MTP head of one sequence gets in a run: rows {@code t}, each the hidden state of token
 * {@code t} and the id of token {@code t + 1}; its logits draft token {@code t + 2}. Immutable.
 */
public final class MtpStep {
  private final Sequence sequence;
  private final long firstRow;
  private final @Nullable FloatRows hiddenStates; // null = the one that the sequence keeps
  private final int[] nextIds;
  private final Wanted wanted;

  private MtpStep(
      Sequence sequence,
      long firstRow,
      @Nullable FloatRows hiddenStates,
      int[] nextIds,
      Wanted wanted) {
    this.sequence = Objects.requireNonNull(sequence);
    this.firstRow = firstRow;
    this.hiddenStates = hiddenStates;
    this.nextIds = nextIds;
    this.wanted = wanted;
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
    return new MtpStep(sequence, firstRow, hiddenStates, nextIds.clone(), Wanted.USUAL);
  }

  /**
   * One row: the sequence's last token, whose hidden state it keeps, and the id that was chosen to
   * follow it.
   */
  public static MtpStep afterLast(Sequence sequence, int nextId) {
    return new MtpStep(sequence, sequence.length() - 1, null, new int[] {nextId}, Wanted.USUAL);
  }

  /** Whose logits are returned, by place in the step; the last row's if not said. */
  public MtpStep logits(RowSelection rows) {
    return new MtpStep(sequence, firstRow, hiddenStates, nextIds, wanted.withLogits(rows));
  }

  /** Whose state after the head's own norm is returned: what a chained draft goes on from. */
  public MtpStep hidden(RowSelection rows) {
    return new MtpStep(sequence, firstRow, hiddenStates, nextIds, wanted.withHidden(rows));
  }

  /** The {@code k} best tokens of each row of logits are returned too. */
  public MtpStep topK(int k) {
    return new MtpStep(sequence, firstRow, hiddenStates, nextIds, wanted.withTopK(k));
  }

  public Sequence sequence() {
    return sequence;
  }

  /** How many rows. */
  public int rows() {
    return nextIds.length;
  }

  Wanted wanted() {
    return wanted;
  }

  DraftAdvance advance() {
    return DraftAdvance.of(sequence.state(), firstRow, nextIds);
  }

  /** Puts the hidden states of its rows, each of {@code width} floats. */
  void putHidden(FloatBuffer to, int width) {
    for (int row = 0; row < rows(); row++) {
      FloatBuffer from = hidden(row);
      if (from.remaining() != width) {
        throw new RunException(
            RunException.Reason.ARGUMENT,
            "MTP step: a hidden state of %d floats expected, found %d"
                .formatted(width, from.remaining()));
      }
      to.put(from);
    }
  }

  private FloatBuffer hidden(int row) {
    if (hiddenStates != null) {
      return hiddenStates.row(row);
    }
    @Nullable HiddenState kept = sequence.state().hidden();
    return kept == null ? FloatBuffer.allocate(0) : kept.values();
  }
}
