package io.deltaport.evaluate.parity;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Which tokens are router-ambiguous: where a rounding decides which experts a token goes to, that
 * token and all later ones of its row cannot be compared.
 */
final class RouterTies {
  private static final float GAP = 3e-5f;

  private final int topK;
  private final int[] from;

  private RouterTies(int topK, int[] from) {
    this.topK = topK;
    this.from = from;
  }

  /** Of a first run, in which nothing is left out so far. */
  static RouterTies none(int batch, long topK) {
    int[] from = new int[batch];
    Arrays.fill(from, Integer.MAX_VALUE);
    return new RouterTies(Math.toIntExact(topK), from);
  }

  /** Of the next run: a row with a tie is left out whole. */
  RouterTies next() {
    int[] later = Arrays.stream(from).map(s -> s < Integer.MAX_VALUE ? 0 : s).toArray();
    return new RouterTies(topK, later);
  }

  /** With rows that go on from other rows; as they are where none are named. */
  RouterTies reordered(List<Integer> beams) {
    return beams.isEmpty()
        ? this
        : new RouterTies(topK, beams.stream().mapToInt(beam -> from[beam]).toArray());
  }

  /** Looks at router logits of ours. */
  void see(Table routerLogits) {
    routerLogits.visit((b, s) -> see(b, s, routerLogits.row(b, s)));
  }

  /** The router logits of column {@code s} of row {@code b} in this run. */
  void see(int b, int s, FloatBuffer routerLogits) {
    if (s < from[b] && tied(routerLogits)) {
      from[b] = s;
    }
  }

  boolean leavesOut(int b, int s) {
    return s >= from[b];
  }

  /** Whether any token of this run is left out. */
  boolean any() {
    return Arrays.stream(from).anyMatch(first -> first < Integer.MAX_VALUE);
  }

  private boolean tied(FloatBuffer routerLogits) {
    int experts = routerLogits.limit();
    if (topK >= experts) {
      return false;
    }
    float[] sorted = new float[experts];
    routerLogits.get(0, sorted);
    Arrays.sort(sorted);
    return sorted[experts - topK] - sorted[experts - topK - 1] < GAP;
  }
}
