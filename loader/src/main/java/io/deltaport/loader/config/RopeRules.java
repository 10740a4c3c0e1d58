package io.deltaport.loader.config;

/**
 * What must hold between {@code head_dim} and the rotation, as the formulas of transformers need
 * it.
 */
final class RopeRules {
  private RopeRules() {}

  static void check(Rules rules, long headDim, RopeParameters rope) {
    long dim = rope.rotaryDim(headDim);
    rules.holds(
        dim >= 1 && rope.rotary(headDim) <= headDim && !(dim == headDim && dim % 2 == 1),
        "head_dim, partial_rotary_factor",
        "rotary dims from 1 up to an even head_dim",
        "int(" + headDim + " * " + rope.partialRotaryFactor() + ") = " + dim);
    if (rope instanceof RopeParameters.Dynamic) {
      rules.holds(
          dim != 2, "head_dim, partial_rotary_factor", "not 2 rotary dims with type dynamic", "2");
    } else if (rope instanceof RopeParameters.Yarn) {
      rules.holds(
          dim % 2 == 0,
          "head_dim, partial_rotary_factor",
          "an even number of rotary dims with type yarn",
          "" + dim);
    } else if (rope instanceof RopeParameters.LongRope longRope) {
      long frequencies = (dim + 1) / 2;
      factors(rules, "short_factor", longRope.shortFactor().size(), frequencies);
      factors(rules, "long_factor", longRope.longFactor().size(), frequencies);
    }
  }

  private static void factors(Rules rules, String key, long found, long frequencies) {
    rules.holds(found == frequencies, key, frequencies + " numbers", "" + found);
  }
}
