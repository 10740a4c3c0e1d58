package io.deltaport.template.library;

import io.deltaport.template.value.Run;
import io.deltaport.template.value.Text;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code int(text)} and {@code float(text)}. */
final class Parsing {

  private static final int MAX_DIGITS = 4300;

  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");

  private static final Set<String> SPECIAL = Set.of("nan", "inf", "infinity");

  private Parsing() {}

  /** The integer that the text is in this base, or null where it is none. */
  static @Nullable BigInteger integer(String text, long base, Run run) {
    if (base != 0 && (base < 2 || base > 36)) {
      return null;
    }
    run.read(text.length());
    String digits = Text.strip(text);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = radix(digits, base);
    boolean prefixed = digits.length() > 1 && radix == prefix(digits);
    if (prefixed) {
      digits = digits.substring(digits.startsWith("_", 2) ? 3 : 2);
    } else if (base == 0 && digits.matches("0[0_]*[1-9].*")) {
      return null;
    }
    String plain = withoutUnderscores(digits);
    if (plain == null || plain.isEmpty() || !plain.chars().allMatch(c -> isDigit(c, radix))) {
      return null;
    }
    if (plain.length() > MAX_DIGITS) {
      return null;
    }
    BigInteger number = new BigInteger(plain, radix);
    return negative ? number.negate() : number;
  }

  /** Underscores may stand between two digits only. */
  private static @Nullable String withoutUnderscores(String digits) {
    for (int i = digits.indexOf('_'); i >= 0; i = digits.indexOf('_', i + 1)) {
      boolean between = i > 0 && i + 1 < digits.length();
      if (!between || !isDigit(digits.charAt(i - 1), 36) || !isDigit(digits.charAt(i + 1), 36)) {
        return null;
      }
    }
    return digits.replace("_", "");
  }

  private static boolean isDigit(int c, int radix) {
    return Character.digit(c, radix) >= 0;
  }

  private static int radix(String digits, long base) {
    if (base != 0) {
      return (int) base;
    }
    int prefix = prefix(digits);
    return prefix == 0 ? 10 : prefix;
  }

  private static int prefix(String digits) {
    String start = digits.substring(0, Math.min(2, digits.length())).toLowerCase(Locale.ROOT);
    return switch (start) {
      case "0b" -> 2;
      case "0o" -> 8;
      case "0x" -> 16;
      default -> 0;
    };
  }

  /** The number that the text is, or null where it is none. */
  static @Nullable Double number(String text, Run run) {
    run.work(1 + text.length());
    String stripped = Text.strip(text);
    String bare = stripped.replaceFirst("^[-+]", "").toLowerCase(Locale.ROOT);
    if (SPECIAL.contains(bare)) {
      double size = bare.equals("nan") ? Double.NaN : Double.POSITIVE_INFINITY;
      return stripped.startsWith("-") ? -size : size;
    }
    String plain = withoutUnderscores(stripped);
    return plain != null && FLOAT.matcher(plain).matches() ? Double.valueOf(plain) : null;
  }
}
