package io.deltaport.template.syntax;

/** Which characters Python's names have. */
final class Names {

  private Names() {}

  static boolean isStart(int c) {
    return c == '_' || Character.isUnicodeIdentifierStart(c);
  }

  static boolean isPart(int c) {
    return Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }
}
