package io.deltaport.engine.sampling;

import java.nio.FloatBuffer;

/**
 * What a model gives the tokens that may come next: the best of them, and the logits of all. Valid
 * until the run that gave it is closed.
 */
public interface TokenScores {
  /** How many best tokens are at hand without a look at all logits. */
  int best();

  /** The id of the best token of that rank, 0 = the best; equal ones by the lower id. */
  int id(int rank);

  /** Its logit. */
  float logit(int rank);

  /** The logits of all ids {@code [vocabulary]}, read-only. */
  FloatBuffer logits();
}
