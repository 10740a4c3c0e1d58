package io.deltaport.grammar;

/** A {@code pattern} of JSON schema, which may match anywhere, as one that matches the whole. */
final class TextPattern {
  private static final String ANYTHING = "(?s:.*)";

  private TextPattern() {}

  static String whole(String pattern) {
    boolean fromStart = pattern.startsWith("^");
    boolean toEnd = pattern.endsWith("$") && !isEscaped(pattern, pattern.length() - 1);
    String inner = pattern.substring(fromStart ? 1 : 0, pattern.length() - (toEnd ? 1 : 0));
    if ((fromStart || toEnd) && hasAlternatives(inner)) {
      throw new GrammarException(
          "pattern: expected (…|…) where ^ or $ is to hold for each alternative, found " + pattern);
    }
    return (fromStart ? "" : ANYTHING) + "(?:" + inner + ")" + (toEnd ? "" : ANYTHING);
  }

  private static boolean isEscaped(String pattern, int at) {
    int slashes = 0;
    while (at - slashes > 0 && pattern.charAt(at - slashes - 1) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  /** Whether a | stands outside of groups and classes. */
  private static boolean hasAlternatives(String pattern) {
    int depth = 0;
    boolean inClass = false;
    for (int i = 0; i < pattern.length(); i++) {
      switch (pattern.charAt(i)) {
        case '\\' -> i++;
        case '[' -> inClass = true;
        case ']' -> inClass = false;
        case '(' -> depth += inClass ? 0 : 1;
        case ')' -> depth -= inClass ? 0 : 1;
        case '|' -> {
          if (depth == 0 && !inClass) {
            return true;
          }
        }
        default -> {}
      }
    }
    return false;
  }
}
