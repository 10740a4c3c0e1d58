package io.deltaport.template.value;

import java.math.BigInteger;

/** Integers where Python wants an index. */
public final class Index {

  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE / 4);

  private Index() {}

  /** Whether it is an int or a bool. */
  public static boolean isIndex(Value value) {
    return value instanceof IntValue || value instanceof BoolValue;
  }

  /** The number of an int or a bool. */
  public static BigInteger number(Value value) {
    if (value instanceof IntValue number) {
      return number.number();
    }
    if (value instanceof BoolValue bool) {
      return bool.asInt().number();
    }
    throw Raise.type("'" + value.type() + "' object cannot be interpreted as an integer");
  }

  /** The number, cut to a quarter of what a Java long holds: no length comes near. */
  public static long of(Value value) {
    return number(value).min(MAX).max(MAX.negate()).longValue();
  }
}
