package io.deltaport.engine.beam;

import io.deltaport.runtime.StepOutput;
import io.deltaport.runtime.TopTokens;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * The best tokens of a row of logits, best first, of those that the tokenizer has: a vocabulary may
 * have more rows than the tokenizer has ids, and such padding stands for no text.
 */
interface BestTokens {
  int count();

  int id(int rank);

  float logit(int rank);

  /**
   * Of the first row of an output, which must stay open.
   *
   * @param count how many are wanted; the step asked for as many
   * @param known ids below this are of the tokenizer
   */
  static BestTokens of(StepOutput output, int count, int known) {
    OfStep top = new OfStep(output.top(), Math.min(count, output.top().k()));
    return IntStream.range(0, top.count()).allMatch(rank -> top.id(rank) < known)
        ? top
        : OfRow.of(row(output, known), count);
  }

  /** The logits of the first row of an output that are of the tokenizer's ids. */
  static FloatBuffer row(StepOutput output, int known) {
    FloatBuffer row = output.logits().row(0);
    return row.slice(0, Math.min(known, row.remaining()));
  }

  /** Those that the step returned. */
  record OfStep(TopTokens top, int count) implements BestTokens {
    @Override
    public int id(int rank) {
      return top.id(0, rank);
    }

    @Override
    public float logit(int rank) {
      return top.value(0, rank);
    }
  }

  /** Those of all logits, where the step returned some that the tokenizer does not have. */
  final class OfRow implements BestTokens {
    private final float[] logits;
    private final Ranking ranking;
    private final int count;

    private OfRow(float[] logits, int count) {
      this.logits = logits;
      this.ranking = new Ranking(logits);
      this.count = count;
    }

    private static OfRow of(FloatBuffer row, int count) {
      float[] logits = new float[row.remaining()];
      row.get(logits);
      return new OfRow(logits, Math.min(count, logits.length));
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public int id(int rank) {
      return ranking.at(rank);
    }

    @Override
    public float logit(int rank) {
      return logits[id(rank)];
    }
  }
}
