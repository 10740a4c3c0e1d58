package io.deltaport.template.value;

import java.math.BigInteger;

/** Python's {@code True} and {@code False}, which are the integers 1 and 0. */
public final class BoolValue implements NumberValue {

  /** False. */
  public static final BoolValue FALSE = new BoolValue(new IntValue(BigInteger.ZERO));

  /** True. */
  public static final BoolValue TRUE = new BoolValue(new IntValue(BigInteger.ONE));

  private final IntValue number;

  private BoolValue(IntValue number) {
    this.number = number;
  }

  /** The value of a Java boolean. */
  public static BoolValue of(boolean value) {
    return value ? TRUE : FALSE;
  }

  /** As an integer. */
  public IntValue asInt() {
    return number;
  }

  @Override
  public String type() {
    return "bool";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append(truth() ? "True" : "False");
  }

  @Override
  public boolean truth() {
    return number.truth();
  }

  @Override
  public double asDouble() {
    return number.asDouble();
  }

  @Override
  public boolean equals(Object other) {
    return number.equals(other);
  }

  @Override
  public int hashCode() {
    return number.hashCode();
  }
}
