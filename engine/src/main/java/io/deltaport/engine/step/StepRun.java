package io.deltaport.engine.step;

import io.deltaport.engine.sampling.TokenScores;

/** What a run gave. Owns the memory of it until closed. */
public interface StepRun extends AutoCloseable {
  /**
   * Of one part's wanted rows.
   *
   * @param part its place in the run
   * @param row place among the rows that it wanted
   */
  TokenScores scores(int part, int row);

  @Override
  void close();
}
