package io.deltaport.engine.run;

import io.deltaport.engine.step.StepRun;

/** What the model's rows are wanted for, of one output. */
sealed interface Purpose extends AutoCloseable permits Growing, Scoring, Classifying {
  /**
   * The rows it wants of the tokens {@code from} to {@code to} of the output, of which the last
   * {@code drafted} are a draft: places in those, in rising order.
   */
  int[] rows(Lane lane, int from, int to, int drafted);

  /** How many best tokens of a row are enough, 0 = it needs the row. */
  int best();

  /** Most rows of a step: they cost memory. */
  int mostRows();

  /**
   * Takes in what a step gave; the output's sequence has the step's tokens already.
   *
   * @return whether it is over
   */
  boolean takeIn(Lane lane, Work work, StepRun run, int part);

  /** Tokens that the output may become longer by. */
  int mostTokens();

  /** Tokens that must come next, as far as that is sure. */
  default int[] forced() {
    return new int[0];
  }

  /** The output is over, or its request. */
  @Override
  default void close() {}

  /** How many of its first tokens may come from the cache, but for the last of them. */
  int cacheable(Lane lane);
}
