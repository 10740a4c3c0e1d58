package io.deltaport.engine.sampling;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.StepOutput;
import io.deltaport.runtime.TopTokens;
import java.nio.FloatBuffer;

/** One row of what a step gave; the step's result must stay open. */
public record RowScores(TopTokens top, FloatRows rows, int row) implements TokenScores {
  public RowScores(StepOutput output, int row) {
    this(output.top(), output.logits(), row);
  }

  @Override
  public int best() {
    return top.k();
  }

  @Override
  public int id(int rank) {
    return top.id(row, rank);
  }

  @Override
  public float logit(int rank) {
    return top.value(row, rank);
  }

  @Override
  public FloatBuffer logits() {
    return rows.row(row);
  }
}
