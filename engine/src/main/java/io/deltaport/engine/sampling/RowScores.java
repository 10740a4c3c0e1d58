package io.deltaport.engine.sampling;

import io.deltaport.runtime.StepOutput;
import java.nio.FloatBuffer;

/** The first row of what a step gave; the step's result must stay open. */
public record RowScores(StepOutput output) implements TokenScores {
  @Override
  public int best() {
    return output.top().k();
  }

  @Override
  public int id(int rank) {
    return output.top().id(0, rank);
  }

  @Override
  public float logit(int rank) {
    return output.top().value(0, rank);
  }

  @Override
  public FloatBuffer logits() {
    return output.logits().row(0);
  }
}
