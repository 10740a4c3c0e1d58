package io.deltaport.engine.sampling;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Scores out of logits: the best of them at hand, or none. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Scores(List<Integer> ids, float... row) implements TokenScores {
  /** Logits alone. */
  static Scores of(float... row) {
    return new Scores(List.of(), row);
  }

  /** The same logits, the best of them at hand. */
  Scores withBest(int count) {
    List<Integer> ranked =
        IntStream.range(0, row.length)
            .boxed()
            .sorted((a, b) -> row[a] == row[b] ? a - b : Float.compare(row[b], row[a]))
            .limit(count)
            .toList();
    return new Scores(ranked, row);
  }

  /** The best tokens alone: a look at all logits throws. */
  TokenScores withoutLogits() {
    Scores scores = this;
    return new TokenScores() {
      @Override
      public int best() {
        return scores.best();
      }

      @Override
      public int id(int rank) {
        return scores.id(rank);
      }

      @Override
      public float logit(int rank) {
        return scores.logit(rank);
      }

      @Override
      public FloatBuffer logits() {
        throw new AssertionError("all logits are looked at");
      }
    };
  }

  @Override
  public int best() {
    return ids.size();
  }

  @Override
  public int id(int rank) {
    return ids.get(rank);
  }

  @Override
  public float logit(int rank) {
    return row[id(rank)];
  }

  @Override
  public FloatBuffer logits() {
    return FloatBuffer.wrap(row).asReadOnlyBuffer();
  }
}
