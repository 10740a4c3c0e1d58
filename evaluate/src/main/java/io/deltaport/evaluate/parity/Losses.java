package io.deltaport.evaluate.parity;

import io.deltaport.runtime.LogSoftmax;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/** The losses of transformers over what a run gave; sums in double. */
final class Losses {
  private Losses() {}

  /**
   * Mean cross-entropy of the next token ({@code ForCausalLMLoss}) over targets that stand beside
   * their own real predecessor; NaN without any.
   */
  static double crossEntropy(TokenTable ids, Table logits) {
    double sum = 0;
    long targets = 0;
    for (int b = 0; b < ids.batch(); b++) {
      for (int s = 0; s + 1 < ids.seq(); s++) {
        if (logits.has(b, s) && logits.has(b, s + 1)) {
          sum += surprise(logits.row(b, s), (int) ids.get(b, s + 1));
          targets++;
        }
      }
    }
    return sum / targets;
  }

  private static double surprise(FloatBuffer logits, int target) {
    return LogSoftmax.logSumExp(logits) - logits.get(target);
  }

  /** {@code load_balancing_loss_func} over the real tokens' router logits of every sparse layer. */
  static double loadBalancing(List<Table> layers, long topK) {
    int experts = layers.get(0).width();
    double[] chosen = new double[experts];
    double[] probability = new double[experts];
    for (Table layer : layers) {
      layer.visit((b, s) -> addToken(layer.row(b, s), topK, chosen, probability));
    }
    double rows = Arrays.stream(chosen).sum() / topK;
    double sum = 0;
    for (int e = 0; e < experts; e++) {
      sum += chosen[e] / rows * (probability[e] / rows);
    }
    return sum * experts;
  }

  private static void addToken(
      FloatBuffer logits, long topK, double[] chosen, double[] probability) {
    double total = LogSoftmax.logSumExp(logits);
    float[] sorted = new float[logits.limit()];
    logits.get(0, sorted);
    Arrays.sort(sorted);
    float least = sorted[sorted.length - (int) topK];
    for (int e = 0; e < sorted.length; e++) {
      probability[e] += Math.exp(logits.get(e) - total);
      chosen[e] += logits.get(e) >= least ? 1 : 0;
    }
  }
}
