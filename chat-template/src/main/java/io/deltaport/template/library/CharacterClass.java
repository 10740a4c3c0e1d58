package io.deltaport.template.library;

import io.deltaport.template.value.Text;

/** What {@code str.isalpha} and its like test. */
enum CharacterClass {
  ALNUM,
  ALPHA,
  ASCII,
  DECIMAL,
  DIGIT,
  IDENTIFIER,
  LOWER,
  NUMERIC,
  PRINTABLE,
  SPACE,
  TITLE,
  UPPER;

  /** Digits that are not of a decimal system, such as superscripts: first and last of each run. */
  private static final int[][] OTHER_DIGITS = {
    {0xb2, 0xb3},
    {0xb9, 0xb9},
    {0x1369, 0x1371},
    {0x19da, 0x19da},
    {0x2070, 0x2070},
    {0x2074, 0x2079},
    {0x2080, 0x2089},
    {0x2460, 0x2468},
    {0x2474, 0x247c},
    {0x2488, 0x2490},
    {0x24ea, 0x24ea},
    {0x24f5, 0x24fd},
    {0x24ff, 0x24ff},
    {0x2776, 0x277e},
    {0x2780, 0x2788},
    {0x278a, 0x2792},
    {0x10a40, 0x10a43},
    {0x10e60, 0x10e68},
    {0x11052, 0x1105a},
    {0x1f100, 0x1f10a}
  };

  /** Ideographs that are numbers. */
  private static final String NUMERIC_IDEOGRAPHS =
      "㐅㒃㠪㭍一七万三九二五亖亿什仟仨伍佰億兆兩八六十千卄卅"
          + "卌叁参參叄四壱壹幺廾廿弌弍弎弐拾捌柒漆玖百肆萬貮貳贰阡"
          + "陆陌陸零參拾兩零六陸什𠀁𠁤𠃢𠄡𠤪𠦃𠦌𠦜𠫪𠫽𠬙𢎐𢦘𣬛𦉭廾";

  boolean holds(String text) {
    boolean all = text.codePoints().allMatch(this::holds);
    return switch (this) {
      case ASCII, PRINTABLE -> all;
      case ALNUM, ALPHA, DECIMAL, DIGIT, NUMERIC, SPACE -> all && !text.isEmpty();
      case LOWER, UPPER -> all && text.codePoints().anyMatch(CharacterClass::isCased);
      case IDENTIFIER -> all && !text.isEmpty() && isIdentifierStart(text.codePointAt(0));
      case TITLE -> isTitle(text);
    };
  }

  /** Whether one character may be in such a text. */
  boolean holds(int c) {
    return switch (this) {
      case ALNUM -> Character.isLetter(c) || isNumeric(c);
      case ALPHA -> Character.isLetter(c);
      case ASCII -> c < 128;
      case DECIMAL -> Character.isDigit(c);
      case DIGIT -> Character.isDigit(c) || isOtherDigit(c);
      case IDENTIFIER -> isIdentifierPart(c);
      case LOWER -> !Character.isUpperCase(c) && !Character.isTitleCase(c);
      case NUMERIC -> isNumeric(c);
      case PRINTABLE -> Text.isPrintable(c);
      case SPACE -> Text.isSpace(c);
      case TITLE -> true;
      case UPPER -> !Character.isLowerCase(c) && !Character.isTitleCase(c);
    };
  }

  /** Whether it is an upper, lower or title case letter. */
  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  private static boolean isIdentifierStart(int c) {
    return c == '_' || Character.isUnicodeIdentifierStart(c);
  }

  private static boolean isIdentifierPart(int c) {
    return Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }

  private static boolean isOtherDigit(int c) {
    for (int[] run : OTHER_DIGITS) {
      if (c >= run[0] && c <= run[1]) {
        return true;
      }
    }
    return false;
  }

  private static boolean isNumeric(int c) {
    int type = Character.getType(c);
    return Character.isDigit(c)
        || type == Character.OTHER_NUMBER
        || type == Character.LETTER_NUMBER
        || NUMERIC_IDEOGRAPHS.indexOf(c) >= 0;
  }

  /** Upper case only where a word starts, lower case only inside. */
  private static boolean isTitle(String text) {
    boolean inWord = false;
    boolean found = false;
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int c = text.codePointAt(i);
      boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
      boolean lower = Character.isLowerCase(c);
      if ((upper && inWord) || (lower && !inWord)) {
        return false;
      }
      inWord = upper || lower;
      found |= inWord;
    }
    return found;
  }
}
