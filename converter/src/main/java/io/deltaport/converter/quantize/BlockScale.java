package io.deltaport.converter.quantize;

import io.deltaport.converter.rewrite.Floats;

/**
 * Finds the float16 scale of a block of int4 that gives the least weighted squared error: the
 * block's largest value is put on a few places about the codebook's end, with either sign; the best
 * of these scales is then replaced by the least-squares scale of the codes that it chooses, as long
 * as that helps.
 */
final class BlockScale {
  private static final float[] ENDS = {104, 110, 116, 122, 128, 136, 146};
  private static final int REFINEMENTS = 3;

  private final String name;
  private float error;
  private float fitted;

  /**
   * A search.
   *
   * @param name of the weight, for errors
   */
  BlockScale(String name) {
    this.name = name;
  }

  /**
   * The best scale.
   *
   * @param values the block is {@code [from, until)} of these
   * @param importance weight of each squared error, {@code [0, until - from)} from {@code at} on
   */
  short search(float[] values, int from, int until, float[] importance, int at) {
    float largest = Scales.largest(values, from, until);
    if (largest == 0) {
      return 0;
    }
    short best = 0;
    float least = Float.POSITIVE_INFINITY;
    float next = 0;
    for (float end : ENDS) {
      for (float scale : new float[] {largest / end, -largest / end}) {
        short bits = Scales.toF16(name, scale);
        measure(values, from, until, importance, at, Floats.fromF16(bits));
        if (error < least) {
          least = error;
          best = bits;
          next = fitted;
        }
      }
    }
    for (int i = 0; i < REFINEMENTS; i++) {
      short bits = Scales.toF16(name, next);
      measure(values, from, until, importance, at, Floats.fromF16(bits));
      if (error >= least) {
        break;
      }
      least = error;
      best = bits;
      next = fitted;
    }
    return best;
  }

  /** Sets the error of a scale, and the least-squares scale of the codes that it chooses. */
  private void measure(
      float[] values, int from, int until, float[] importance, int at, float scale) {
    float inverse = scale == 0 ? 0 : 1 / scale;
    float sum = 0;
    float cross = 0;
    float square = 0;
    for (int i = from; i < until; i++) {
      float value = Codebook.value(Codebook.code(values[i] * inverse));
      float weight = importance[at + i - from];
      float difference = values[i] - scale * value;
      sum += weight * difference * difference;
      cross += weight * values[i] * value;
      square += weight * value * value;
    }
    error = sum;
    fitted = square == 0 ? scale : cross / square;
  }
}
