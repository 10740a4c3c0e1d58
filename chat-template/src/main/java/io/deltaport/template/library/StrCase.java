package io.deltaport.template.library;

import java.util.Locale;

/** Upper, lower and title case as Python makes them. */
final class StrCase {

  private StrCase() {}

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    String lower = lower(text);
    int lowerEnd = lower(text.substring(0, end)).length();
    return titleCase(text.codePointAt(0)) + lower.substring(Math.min(lowerEnd, lower.length()));
  }

  /** Each letter after what has no case is in title case, all others in lower case. */
  static String title(String text) {
    StringBuilder out = new StringBuilder();
    String lower = lower(text);
    boolean sameLength = lower.length() == text.length();
    boolean inWord = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      if (!inWord) {
        out.append(titleCase(c));
      } else if (sameLength) {
        out.append(lower, i, next);
      } else {
        out.append(lower(text.substring(i, next)));
      }
      inWord = CharacterClass.isCased(c);
      i = next;
    }
    return out.toString();
  }

  static String swapcase(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String letter = Character.toString(c);
              boolean upper = Character.isUpperCase(c);
              boolean lower = Character.isLowerCase(c);
              out.append(upper ? lower(letter) : lower ? upper(letter) : letter);
            });
    return out.toString();
  }

  static String casefold(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                upper(Character.toString(c))
                    .codePoints()
                    .map(Character::toLowerCase)
                    .forEach(out::appendCodePoint));
    return out.toString();
  }

  /** A letter whose upper case is several letters has only the first of them in upper case. */
  private static String titleCase(int c) {
    int title = Character.toTitleCase(c);
    String upper = upper(Character.toString(c));
    int first = Character.charCount(upper.codePointAt(0));
    if (title != c || upper.length() == first) {
      return Character.toString(title);
    }
    return upper.substring(0, first) + lower(upper.substring(first));
  }
}
