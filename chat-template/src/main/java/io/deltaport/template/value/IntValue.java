package io.deltaport.template.value;

import java.math.BigInteger;

/** Python's {@code int}: unbounded, but for {@link Run#integer}. */
public record IntValue(BigInteger number) implements NumberValue {

  private static final int DIGITS_OF_STR = 4300;

  /** The value of a Java integer. */
  public static IntValue of(long number) {
    return new IntValue(BigInteger.valueOf(number));
  }

  /** Whether it is a Java int. */
  public boolean isSmall() {
    return number.bitLength() < Integer.SIZE;
  }

  @Override
  public String type() {
    return "int";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    run.integer(number.bitLength());
    String digits = number.toString();
    if (digits.length() > DIGITS_OF_STR + (number.signum() < 0 ? 1 : 0)) {
      throw Raise.value(
          "Exceeds the limit (" + DIGITS_OF_STR + " digits) for integer string conversion");
    }
    out.append(digits);
  }

  @Override
  public boolean truth() {
    return number.signum() != 0;
  }

  @Override
  public double asDouble() {
    double value = number.doubleValue();
    if (Double.isInfinite(value)) {
      throw Raise.overflow("int too large to convert to float");
    }
    return value;
  }

  @Override
  public long weight() {
    return 1 + number.bitLength() / 512L;
  }

  @Override
  public boolean equals(Object other) {
    if (other instanceof FloatValue || other instanceof BoolValue) {
      return other.equals(this);
    }
    return other instanceof IntValue that && number.equals(that.number);
  }

  @Override
  public int hashCode() {
    return number.hashCode();
  }
}
