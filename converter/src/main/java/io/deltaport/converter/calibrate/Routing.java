package io.deltaport.converter.calibrate;

import io.deltaport.loader.config.Moe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which tokens each expert sees, and how much its output counts: {@code Qwen3NextTopKRouter}.
 *
 * @param tokens rows of the layer's inputs, by expert
 * @param weights of these, by expert
 */
record Routing(List<List<Integer>> tokens, List<List<Float>> weights) {
  /** The routing that some logits {@code [tokens, experts]} make. */
  static Routing of(Moe moe, FloatTable logits) {
    Routing routing = new Routing(lists(logits.width()), lists(logits.width()));
    float[] row = new float[logits.width()];
    for (int token = 0; token < logits.rows(); token++) {
      logits.copyRow(token, row, 0);
      routing.add(moe, token, probabilities(row));
    }
    return routing;
  }

  private static <T> List<List<T>> lists(int count) {
    return IntStream.range(0, count).mapToObj(i -> (List<T>) new ArrayList<T>()).toList();
  }

  private static double[] probabilities(float[] logits) {
    double[] values = new double[logits.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(logits[i] - largest);
    }
    double sum = Arrays.stream(values).sum();
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
    return values;
  }

  private void add(Moe moe, int token, double[] probabilities) {
    int topK = Math.toIntExact(moe.topK());
    int[] best = new int[topK];
    double sum = 0;
    double[] left = probabilities.clone();
    for (int k = 0; k < topK; k++) {
      for (int expert = 0; expert < left.length; expert++) {
        best[k] = left[expert] > left[best[k]] ? expert : best[k];
      }
      sum += left[best[k]];
      left[best[k]] = Double.NEGATIVE_INFINITY;
    }
    for (int expert : best) {
      tokens.get(expert).add(token);
      weights.get(expert).add((float) (probabilities[expert] / (moe.normTopkProb() ? sum : 1)));
    }
  }
}
