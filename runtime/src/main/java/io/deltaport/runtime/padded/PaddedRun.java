package io.deltaport.runtime.padded;

import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * A padded batch as steps, one for each row that has a token, and where in {@code [batch, seq]}
 * each row of their outputs belongs.
 */
final class PaddedRun {
  private static final int NONE = -1;

  private final PaddedBatch batch;
  private final List<Step> steps = new ArrayList<>();
  private final List<Integer> stepOfEach = new ArrayList<>();
  private final int[][] tokens;
  private final int[][] logits;
  private final int[][] hidden;

  private PaddedRun(PaddedBatch batch, int logitColumns) {
    this.batch = batch;
    this.tokens = empty(batch.batch(), batch.seq());
    this.logits = empty(batch.batch(), logitColumns);
    this.hidden = empty(batch.batch(), batch.seq());
  }

  private static int[][] empty(int rows, int columns) {
    int[][] places = new int[rows][columns];
    for (int[] row : places) {
      Arrays.fill(row, NONE);
    }
    return places;
  }

  /** Logits and hidden states as the batch selects them, of each row's real tokens. */
  static PaddedRun ofTokens(
      PaddedBatch batch, List<Sequence> sequences, RowSelection logits, RowSelection hidden) {
    PaddedRun run = new PaddedRun(batch, batch.seq());
    for (int b = 0; b < batch.batch(); b++) {
      int[] columns = run.realColumns(b);
      run.stepOfEach.add(Math.max(0, run.steps.size() - (columns.length == 0 ? 1 : 0)));
      if (columns.length > 0) {
        run.addStep(sequences.get(b), b, columns, logits, hidden);
        place(run.logits[b], logits, columns);
      }
    }
    return run.checked();
  }

  /**
   * One row of logits a row of the batch: transformers' {@code GenericForSequenceClassification},
   * which takes the last token whose id is not {@code padTokenId} and does not ask the mask.
   */
  static PaddedRun pooled(
      PaddedBatch batch, List<Sequence> sequences, OptionalLong padTokenId, RowSelection hidden) {
    if (padTokenId.isEmpty() && batch.batch() != 1) {
      throw wrong("a batch of %d needs a pad_token_id in the config".formatted(batch.batch()));
    }
    PaddedRun run = new PaddedRun(batch, 1);
    for (int b = 0; b < batch.batch(); b++) {
      int[] columns = run.realColumns(b);
      int column = run.pooledColumn(b, padTokenId);
      int offset = Arrays.binarySearch(columns, column);
      if (offset < 0) {
        throw wrong(
            "row %d: the pooled token, column %d with id %d, is masked"
                .formatted(b, column, batch.id(b, column)));
      }
      run.stepOfEach.add(b);
      run.addStep(sequences.get(b), b, columns, RowSelection.of(offset), hidden);
      run.logits[b][0] = 0;
    }
    return run.checked();
  }

  private int pooledColumn(int b, OptionalLong padTokenId) {
    int last = batch.seq() - 1;
    if (padTokenId.isEmpty()) {
      return last;
    }
    for (int s = last; s > 0; s--) {
      if (batch.id(b, s) != padTokenId.getAsLong()) {
        return s;
      }
    }
    return 0;
  }

  private int[] realColumns(int b) {
    int[] columns = new int[batch.seq()];
    int count = 0;
    for (int s = 0; s < batch.seq(); s++) {
      if (batch.isReal(b, s)) {
        tokens[b][s] = count;
        columns[count++] = s;
      }
    }
    return Arrays.copyOf(columns, count);
  }

  private void addStep(
      Sequence sequence, int b, int[] columns, RowSelection logitRows, RowSelection hiddenRows) {
    int[] ids = Arrays.stream(columns).map(s -> batch.id(b, s)).toArray();
    steps.add(Step.of(sequence, ids).logits(logitRows).hidden(hiddenRows));
    place(hidden[b], hiddenRows, columns);
  }

  private static void place(int[] places, RowSelection selection, int[] columns) {
    int[] rows = selection.rows(columns.length);
    for (int row = 0; row < rows.length; row++) {
      places[columns[rows[row]]] = row;
    }
  }

  private PaddedRun checked() {
    if (steps.isEmpty()) {
      throw wrong("attention_mask leaves no token");
    }
    return this;
  }

  List<Step> steps() {
    return steps;
  }

  /** For each row of the batch its step; any for one without a token. */
  List<Integer> stepOfEach() {
    return stepOfEach;
  }

  /** {@code [batch][seq]}: which token of its step that is, -1 = none. */
  int[][] tokens() {
    return tokens;
  }

  /** {@code [batch][seq]}, pooled {@code [batch][1]}: which of its step's rows of logits. */
  int[][] logits() {
    return logits;
  }

  /** {@code [batch][seq]}: which of its step's rows of hidden states. */
  int[][] hidden() {
    return hidden;
  }

  private static RunException wrong(String message) {
    return new RunException(RunException.Reason.ARGUMENT, message);
  }
}
