package io.deltaport.converter.quantize;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.rewrite.Floats;
import io.deltaport.loader.Problem;

/** What the quantising encoders share about scales. */
final class Scales {
  private Scales() {}

  /** The largest magnitude of a range. */
  static float largest(float[] values, int from, int until) {
    float largest = 0;
    for (int i = from; i < until; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    return largest;
  }

  /** A scale as float16, which must hold it. */
  static short toF16(String name, float scale) {
    short bits = Floats.toF16(scale);
    if ((bits & 0x7fff) == 0x7c00) {
      throw new ConverterException(
          new Problem(name, "values that a float16 scale reaches", "a scale of " + scale));
    }
    return bits;
  }

  static void requireFinite(String name, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values[i])) {
        throw new ConverterException(new Problem(name, "finite values", Float.toString(values[i])));
      }
    }
  }
}
