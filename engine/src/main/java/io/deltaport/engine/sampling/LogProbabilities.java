package io.deltaport.engine.sampling;

import io.deltaport.runtime.LogSoftmax;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model gave the tokens of one place, before penalties and temperature. Valid as long as the
 * scores that it is of.
 */
public final class LogProbabilities {
  private static final Penalties NONE = new Penalties(Sampling.GREEDY, Integer.MAX_VALUE);

  private final FloatBuffer row;
  private final double total;
  private final List<ScoredToken> best = new ArrayList<>();

  private LogProbabilities(FloatBuffer row) {
    this.row = row;
    this.total = LogSoftmax.logSumExp(row);
  }

  /**
   * Of scores.
   *
   * @param best how many best tokens are reported, fewer where there are not as many
   * @param knownIds ids below this are of the tokenizer; others are not reported
   */
  public static LogProbabilities of(TokenScores scores, int best, int knownIds) {
    LogProbabilities of = new LogProbabilities(scores.logits().slice());
    for (int rank = 0; rank < scores.best() && of.best.size() < best; rank++) {
      if (scores.id(rank) < knownIds) {
        of.add(scores.id(rank), scores.logit(rank));
      }
    }
    if (of.best.size() < Math.min(best, knownIds)) {
      of.bestOfAll(best, knownIds);
    }
    return of;
  }

  /** Of this token. */
  public ScoredToken of(int id) {
    return new ScoredToken(id, row.get(id) - total);
  }

  /** The best tokens, best first. */
  public List<ScoredToken> best() {
    return List.copyOf(best);
  }

  private void bestOfAll(int count, int knownIds) {
    Candidates candidates = new Candidates();
    candidates.clear(count);
    new Logits(row, knownIds, Allowed.ALL, NONE).each(candidates::offer);
    candidates.sort();
    best.clear();
    for (int rank = 0; rank < candidates.count(); rank++) {
      add(candidates.id(rank), candidates.logit(rank));
    }
  }

  private void add(int id, float logit) {
    best.add(new ScoredToken(id, logit - total));
  }
}
