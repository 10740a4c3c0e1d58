package io.deltaport.template.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Python's {@code float}. */
public record FloatValue(double number) implements NumberValue {

  private static final int DIGITS_OF_DOUBLE = 17;
  private static final int STEPS_OF_REPR = 50;

  @Override
  public String type() {
    return "float";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    run.work(STEPS_OF_REPR);
    out.append(text(number));
  }

  @Override
  public boolean truth() {
    return number != 0;
  }

  @Override
  public double asDouble() {
    return number;
  }

  /** The integer that it is, or null. */
  public @Nullable BigInteger exactInteger() {
    boolean integer = !Double.isInfinite(number) && number == Math.rint(number);
    return integer ? new BigDecimal(number).toBigInteger() : null;
  }

  @Override
  public boolean equals(Object other) {
    if (other instanceof FloatValue that) {
      return number == that.number;
    }
    BigInteger integer = exactInteger();
    if (other instanceof BoolValue that) {
      return that.asInt().number().equals(integer);
    }
    return other instanceof IntValue that && that.number().equals(integer);
  }

  @Override
  public int hashCode() {
    BigInteger integer = exactInteger();
    return integer != null ? integer.hashCode() : Double.hashCode(number);
  }

  /** {@code repr(float)}: the shortest text that reads as the same number. */
  public static String text(double number) {
    if (Double.isNaN(number)) {
      return "nan";
    }
    String sign = number < 0 || (number == 0 && 1 / number < 0) ? "-" : "";
    if (Double.isInfinite(number)) {
      return sign + "inf";
    }
    if (number == 0) {
      return sign + "0.0";
    }
    return sign + shortest(Math.abs(number));
  }

  /**
   * JDK 17's Double.toString is not always the shortest, so look for it: the exact value rounded to
   * one digit more until it reads as the same number.
   */
  private static String shortest(double number) {
    BigDecimal exact = new BigDecimal(number);
    BigDecimal rounded = exact;
    for (int digits = 1; digits <= DIGITS_OF_DOUBLE; digits++) {
      rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (rounded.doubleValue() == number) {
        break;
      }
    }
    rounded = rounded.stripTrailingZeros();
    String digits = rounded.unscaledValue().toString();
    return layout(digits, digits.length() - 1 - rounded.scale());
  }

  private static String layout(String digits, int exponent) {
    if (exponent < -4 || exponent >= 16) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      return digits.charAt(0) + fraction + "e" + exponent(exponent);
    }
    if (exponent < 0) {
      return "0." + "0".repeat(-exponent - 1) + digits;
    }
    if (digits.length() <= exponent + 1) {
      return digits + "0".repeat(exponent + 1 - digits.length()) + ".0";
    }
    return digits.substring(0, exponent + 1) + "." + digits.substring(exponent + 1);
  }

  /** An exponent as Python and C print it: a sign and at least two digits. */
  public static String exponent(int exponent) {
    String digits = Integer.toString(Math.abs(exponent));
    return (exponent < 0 ? "-" : "+") + (digits.length() < 2 ? "0" : "") + digits;
  }
}
