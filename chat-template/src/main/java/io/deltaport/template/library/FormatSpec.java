package io.deltaport.template.library;

import io.deltaport.template.value.FloatValue;
import io.deltaport.template.value.Index;
import io.deltaport.template.value.NumberValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What follows the colon in {@code '{:>8.2f}'.format(x)}: Python's format specification.
 *
 * @param fill the character that fills up to the width
 * @param align one of {@code < > ^ =}, empty = by type
 * @param sign one of {@code + -} and space
 * @param alternate {@code #} or empty
 * @param width the least number of characters
 * @param grouping {@code ,} or {@code _} or empty
 * @param precision -1 = none
 * @param type the conversion, empty = by type
 */
record FormatSpec(
    String fill,
    String align,
    String sign,
    String alternate,
    long width,
    String grouping,
    long precision,
    String type) {

  private static final Pattern PATTERN =
      Pattern.compile(
          "(?s)(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?([0-9]{1,9})?([,_])?(?:\\.([0-9]{1,9}))?([a-zA-Z%])?");

  /** Formats a value. */
  static String format(Value value, String spec, Run run) {
    if (spec.isEmpty()) {
      return value.str(run);
    }
    if (value instanceof StrValue text) {
      return parse(spec, value, run).text(text, run);
    }
    if (value instanceof NumberValue number) {
      return parse(spec, value, run).number(number, run);
    }
    throw Raise.type("unsupported format string passed to " + value.type() + ".__format__");
  }

  private static FormatSpec parse(String spec, Value value, Run run) {
    run.read(spec.length());
    Matcher match = PATTERN.matcher(spec);
    if (!match.matches()) {
      throw Raise.value("Invalid format specifier");
    }
    boolean zero = match.group(5) != null;
    String align = or(match.group(2), zero && value instanceof NumberValue ? "=" : "");
    return new FormatSpec(
        or(match.group(1), zero ? "0" : " "),
        align,
        or(match.group(3), "-"),
        or(match.group(4), ""),
        Long.parseLong(or(match.group(6), "0")),
        or(match.group(7), ""),
        Long.parseLong(or(match.group(8), "-1")),
        or(match.group(9), ""));
  }

  private static String or(@Nullable String group, String otherwise) {
    return group == null ? otherwise : group;
  }

  private String text(StrValue value, Run run) {
    if (!type.isEmpty() && !type.equals("s")) {
      throw unknown("str");
    }
    if (!sign.equals("-") || !grouping.isEmpty() || align.equals("=") || !alternate.isEmpty()) {
      throw Raise.value("the format specifier does not fit a str");
    }
    String text = value.text();
    if (precision >= 0 && precision < value.length()) {
      text = text.substring(0, value.offset(precision));
    }
    return pad("", text, "<", run);
  }

  private String number(NumberValue value, Run run) {
    boolean ofFloat = "eEfFgG%".contains(type) && !type.isEmpty();
    if (value instanceof FloatValue || ofFloat) {
      return decimal(value.asDouble(), run);
    }
    return integer(Index.number(value), run);
  }

  private String integer(BigInteger number, Run run) {
    if (precision >= 0) {
      throw Raise.value("Precision not allowed in integer format specifier");
    }
    run.integer(number.bitLength());
    BigInteger size = number.abs();
    String digits =
        switch (type) {
          case "", "d", "n" -> size.toString();
          case "b" -> size.toString(2);
          case "o" -> size.toString(8);
          case "x" -> size.toString(16);
          case "X" -> size.toString(16).toUpperCase(Locale.ROOT);
          case "c" -> character(number);
          default -> throw unknown("int");
        };
    String prefix =
        alternate.isEmpty() || !"boxX".contains(type) || type.isEmpty() ? "" : "0" + type;
    return pad(signOf(number.signum() < 0 ? -1 : 1) + prefix, grouped(digits), ">", run);
  }

  private static String character(BigInteger number) {
    if (number.signum() < 0 || number.compareTo(BigInteger.valueOf(Character.MAX_CODE_POINT)) > 0) {
      throw Raise.overflow("%c arg not in range(0x110000)");
    }
    return Character.toString(number.intValue());
  }

  private String decimal(double number, Run run) {
    double size = Math.abs(number);
    boolean negative = number < 0 || (number == 0 && 1 / number < 0);
    String signed = signOf(negative ? -1 : 1);
    NumberFormat.Zeros zeros =
        alternate.isEmpty() ? NumberFormat.Zeros.DROPPED : NumberFormat.Zeros.KEPT;
    long digits = precision < 0 ? 6 : precision;
    String text =
        switch (type) {
          case "" -> plain(size, zeros, run);
          case "%" -> NumberFormat.digits(size * 100, 'f', digits, zeros, run) + "%";
          case "n" -> NumberFormat.digits(size, 'g', digits, zeros, run);
          case "e", "E", "f", "F", "g", "G" ->
              NumberFormat.digits(size, type.charAt(0), digits, zeros, run);
          default -> throw unknown("float");
        };
    return pad(signed, grouped(text), ">", run);
  }

  /** Without a type a float always shows a point or an exponent. */
  private String plain(double size, NumberFormat.Zeros zeros, Run run) {
    if (precision < 0 || Double.isNaN(size) || Double.isInfinite(size)) {
      return FloatValue.text(size);
    }
    int digits = (int) Math.max(1, Math.min(precision, 1000));
    int exponent = NumberFormat.exponent(size, digits);
    if (exponent == digits - 1) {
      String text = NumberFormat.digits(size, 'e', digits - 1, zeros, run);
      return text.replaceFirst("\\.?0*e", "e");
    }
    String text = NumberFormat.digits(size, 'g', digits, zeros, run);
    return text.indexOf('.') < 0 && text.indexOf('e') < 0 ? text + ".0" : text;
  }

  private String signOf(int signum) {
    return signum < 0 ? "-" : sign.equals("-") ? "" : sign;
  }

  private String grouped(String digits) {
    if (grouping.isEmpty()) {
      return digits;
    }
    if (align.equals("=") && fill.equals("0")) {
      throw Raise.unsupported("a format specifier with zero padding and grouping");
    }
    int whole = 0;
    while (whole < digits.length()
        && Character.isLetterOrDigit(digits.charAt(whole))
        && digits.charAt(whole) != 'e') {
      whole++;
    }
    int size = type.isEmpty() || "dfFgGeE%".contains(type) ? 3 : 4;
    StringBuilder out = new StringBuilder(digits.substring(0, whole));
    for (int i = whole - size; i > 0; i -= size) {
      out.insert(i, grouping);
    }
    return out.append(digits, whole, digits.length()).toString();
  }

  private String pad(String signed, String body, String otherwise, Run run) {
    int length = (signed + body).codePointCount(0, signed.length() + body.length());
    long missing = Math.max(0, width - length);
    run.text(length + missing);
    String all = signed + body;
    return switch (align.isEmpty() ? otherwise : align) {
      case "<" -> all + fill.repeat((int) missing);
      case ">" -> fill.repeat((int) missing) + all;
      case "=" -> signed + fill.repeat((int) missing) + body;
      default ->
          fill.repeat((int) (missing / 2)) + all + fill.repeat((int) (missing - missing / 2));
    };
  }

  private RuntimeException unknown(String of) {
    return Raise.value("Unknown format code '" + type + "' for object of type '" + of + "'");
  }
}
