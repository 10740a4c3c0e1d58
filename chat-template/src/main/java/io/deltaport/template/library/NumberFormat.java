package io.deltaport.template.library;

import io.deltaport.template.value.FloatValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/**
 * Digits of a float as C prints them: {@code f}, {@code e} and {@code g}, rounded half to even from
 * the exact value.
 */
final class NumberFormat {

  private static final int MAX_PRECISION = 10_000;

  private NumberFormat() {}

  /** Whether trailing zeros are kept. */
  enum Zeros {
    KEPT,
    DROPPED
  }

  /**
   * The digits of a number that is not negative.
   *
   * @param type {@code f}, {@code e} or {@code g}, or in upper case
   */
  static String digits(double number, char type, long precision, Zeros zeros, Run run) {
    if (precision > MAX_PRECISION) {
      throw Raise.limit("a number is printed to more than " + MAX_PRECISION + " digits");
    }
    run.text(precision + 400);
    String text = digits(number, Character.toLowerCase(type), (int) precision, zeros);
    return Character.isUpperCase(type) ? text.toUpperCase(Locale.ROOT) : text;
  }

  private static String digits(double number, char type, int precision, Zeros zeros) {
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      return Double.isNaN(number) ? "nan" : "inf";
    }
    return switch (type) {
      case 'f' -> fixed(number, precision);
      case 'e' -> scientific(number, precision);
      default -> general(number, Math.max(1, precision), zeros);
    };
  }

  private static String fixed(double number, int precision) {
    return new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(double number, int precision) {
    BigDecimal rounded = round(number, precision + 1);
    String digits = padded(rounded.unscaledValue().toString(), precision + 1);
    String fraction = precision == 0 ? "" : "." + digits.substring(1, precision + 1);
    return digits.charAt(0) + fraction + "e" + FloatValue.exponent(exponent(rounded));
  }

  private static String general(double number, int precision, Zeros zeros) {
    int exponent = exponent(round(number, precision));
    boolean plain = exponent >= -4 && exponent < precision;
    String text =
        plain ? fixed(number, precision - 1 - exponent) : scientific(number, precision - 1);
    return zeros == Zeros.KEPT ? text : withoutZeros(text);
  }

  /** The power of ten of the first digit, once rounded to so many digits. */
  static int exponent(double number, int digits) {
    return exponent(round(number, digits));
  }

  private static BigDecimal round(double number, int digits) {
    return new BigDecimal(number).round(new MathContext(digits, RoundingMode.HALF_EVEN));
  }

  private static int exponent(BigDecimal rounded) {
    return rounded.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
  }

  private static String padded(String digits, int length) {
    return digits + "0".repeat(Math.max(0, length - digits.length()));
  }

  private static String withoutZeros(String text) {
    int end = text.indexOf('e') < 0 ? text.length() : text.indexOf('e');
    int stop = end;
    if (text.indexOf('.') >= 0) {
      while (text.charAt(stop - 1) == '0') {
        stop--;
      }
      stop -= text.charAt(stop - 1) == '.' ? 1 : 0;
    }
    return text.substring(0, stop) + text.substring(end);
  }
}
