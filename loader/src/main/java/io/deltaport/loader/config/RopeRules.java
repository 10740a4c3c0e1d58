package io.deltaport.loader.config;

/**
 * What must hold between {@code head_dim} and the rotation, as the formulas of transformers need
 * it: by the type of the rotation, whether it holds.
 *
 * @param dim rotary dims before they are rounded up to pairs
 */
record RopeRules(Rules rules, long dim) implements RopeParameters.Cases<Boolean> {
  private static final String KEYS = "head_dim, partial_rotary_factor";

  /** Notes what does not hold. */
  static void check(Rules rules, long headDim, RopeParameters rope) {
    long dim = rope.rotaryDim(headDim);
    rules.holds(
        dim >= 1 && rope.rotary(headDim) <= headDim && !(dim == headDim && dim % 2 == 1),
        KEYS,
        "rotary dims from 1 up to an even head_dim",
        "int(" + headDim + " * " + rope.partialRotaryFactor() + ") = " + dim);
    rope.map(new RopeRules(rules, dim));
  }

  @Override
  public Boolean byDefault(RopeParameters.Default rope) {
    return true;
  }

  @Override
  public Boolean linear(RopeParameters.Linear rope) {
    return true;
  }

  @Override
  public Boolean proportional(RopeParameters.Proportional rope) {
    return true;
  }

  @Override
  public Boolean dynamic(RopeParameters.Dynamic rope) {
    return rules.holds(dim != 2, KEYS, "not 2 rotary dims with type dynamic", "2");
  }

  @Override
  public Boolean yarn(RopeParameters.Yarn rope) {
    return rules.holds(
        dim % 2 == 0, KEYS, "an even number of rotary dims with type yarn", "" + dim);
  }

  @Override
  public Boolean longRope(RopeParameters.LongRope rope) {
    boolean shortOnes = factors("short_factor", rope.shortFactor().size());
    boolean longOnes = factors("long_factor", rope.longFactor().size());
    return shortOnes && longOnes;
  }

  @Override
  public Boolean llama3(RopeParameters.Llama3 rope) {
    return true;
  }

  private boolean factors(String key, long found) {
    long frequencies = (dim + 1) / 2;
    return rules.holds(found == frequencies, key, frequencies + " numbers", "" + found);
  }
}
