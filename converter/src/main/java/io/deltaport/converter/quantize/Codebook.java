package io.deltaport.converter.quantize;

import java.util.ArrayList;
import java.util.List;

/**
 * The 16 values of int4, {@code w = scale * value(code)}: whole numbers within [-127, 127], so that
 * kernels multiply them as int8.
 *
 * <p>Found by Lloyd's algorithm over 4,000 blocks of 64 normally distributed weights: each block
 * takes the scale of either sign that {@link BlockScale} finds, each value moves to the mean of the
 * weights that choose it, and the largest magnitude is made 127 again, 25 times over; then rounded.
 * The values are not symmetric: the sign of the scale chooses which tail gets the wider end.
 */
final class Codebook {
  private static final int[] VALUES = {
    -127, -98, -76, -60, -45, -33, -21, -9, 2, 13, 24, 35, 48, 63, 80, 104
  };

  /** The largest magnitude, where a block's largest value goes at first. */
  static final float END = 127;

  private static final int MIDDLE = 256;
  private static final float[] FLOATS = floats();

  /**
   * The nearest code of each half: midpoints of whole numbers are multiples of a half, so that
   * {@code floor(2 x)} decides exactly.
   */
  private static final byte[] NEAREST = nearest();

  private Codebook() {}

  /** The values, as the attribute of a node. */
  static List<Float> floatList() {
    List<Float> list = new ArrayList<>();
    for (float value : FLOATS) {
      list.add(value);
    }
    return List.copyOf(list);
  }

  static float value(int code) {
    return FLOATS[code];
  }

  /** The code of the nearest value. */
  static int code(float value) {
    int half = (int) (value * 2 + MIDDLE);
    return NEAREST[Math.max(0, Math.min(NEAREST.length - 1, half))];
  }

  private static float[] floats() {
    float[] floats = new float[VALUES.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = VALUES[i];
    }
    return floats;
  }

  private static byte[] nearest() {
    byte[] nearest = new byte[2 * MIDDLE];
    int code = 0;
    for (int half = 0; half < nearest.length; half++) {
      while (code + 1 < VALUES.length && half - MIDDLE >= VALUES[code] + VALUES[code + 1]) {
        code++;
      }
      nearest[half] = (byte) code;
    }
    return nearest;
  }
}
