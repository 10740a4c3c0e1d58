package io.deltaport.engine.run;

import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.Task;
import io.deltaport.engine.sampling.LogProbabilities;
import io.deltaport.engine.step.StepRun;
import java.util.stream.IntStream;

/** A prompt's own tokens get their log-probabilities. Its last token is not read, only scored. */
final class Scoring implements Purpose {
  private static final int MOST_ROWS = 64;

  private final Task.Score task;
  private final int known;

  /**
   * Scores so.
   *
   * @param known ids below this are of the tokenizer
   */
  Scoring(Task.Score task, int known) {
    this.task = task;
    this.known = known;
  }

  @Override
  public int[] rows(Lane lane, int from, int to, int drafted) {
    return IntStream.range(Math.max(from, task.from() - 1), to).map(at -> at - from).toArray();
  }

  @Override
  public int best() {
    return task.best();
  }

  @Override
  public int mostRows() {
    return MOST_ROWS;
  }

  @Override
  public boolean takeIn(Lane lane, Work work, StepRun run, int part) {
    int from = lane.sequence().length() - work.part().ids().length;
    int[] rows = work.part().rows();
    for (int row = 0; row < rows.length; row++) {
      int position = from + rows[row] + 1;
      LogProbabilities of = LogProbabilities.of(run.scores(part, row), task.best(), known);
      lane.job().post(new Event.Scored(position, of.of(lane.job().prompt()[position]), of.best()));
    }
    return lane.left() == 0;
  }

  @Override
  public int mostTokens() {
    return 0;
  }

  @Override
  public int cacheable(Lane lane) {
    return task.from();
  }
}
