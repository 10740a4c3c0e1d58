package io.deltaport.runtime.generate;

import io.deltaport.runtime.StepOutput;
import io.deltaport.runtime.TopTokens;
import java.nio.FloatBuffer;
import java.util.stream.IntStream;

/**
 * The best tokens of a row of logits, best first, of those that the tokenizer has: a vocabulary may
 * have more rows than the tokenizer has ids, and such padding stands for no text.
 */
final class BestTokens {
  private final int[] ids;
  private final float[] logits;

  private BestTokens(int[] ids, float[] logits) {
    this.ids = ids;
    this.logits = logits;
  }

  /**
   * Of the first row of an output.
   *
   * @param count how many are wanted; the step asked for as many
   * @param known ids below this are of the tokenizer
   */
  static BestTokens of(StepOutput output, int count, int known) {
    TopTokens top = output.top();
    int[] ids = IntStream.range(0, Math.min(count, top.k())).map(i -> top.id(0, i)).toArray();
    for (int id : ids) {
      if (id >= known) {
        return of(row(output, known), count);
      }
    }
    float[] logits = new float[ids.length];
    for (int rank = 0; rank < ids.length; rank++) {
      logits[rank] = top.value(0, rank);
    }
    return new BestTokens(ids, logits);
  }

  /** The logits of the first row of an output that are of the tokenizer's ids. */
  static FloatBuffer row(StepOutput output, int known) {
    FloatBuffer row = output.logits().row(0);
    return row.slice(0, Math.min(known, row.remaining()));
  }

  private static BestTokens of(FloatBuffer row, int count) {
    float[] all = new float[row.remaining()];
    row.get(all);
    Ranking ranking = new Ranking(all);
    int[] ids = IntStream.range(0, Math.min(count, all.length)).map(ranking::at).toArray();
    float[] logits = new float[ids.length];
    for (int rank = 0; rank < ids.length; rank++) {
      logits[rank] = all[ids[rank]];
    }
    return new BestTokens(ids, logits);
  }

  int count() {
    return ids.length;
  }

  int id(int rank) {
    return ids[rank];
  }

  float logit(int rank) {
    return logits[rank];
  }

  /** What a sampler picks. */
  int pick(Sampler sampler) {
    return sampler.pick(ids, logits);
  }
}
