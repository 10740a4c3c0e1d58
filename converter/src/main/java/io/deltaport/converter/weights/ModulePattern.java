package io.deltaport.converter.weights;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A target of compressed-tensors: a module's name, {@code re:} and an expression that matches from
 * its first character on, or the class of the module. Names, then expressions, then classes; of
 * equal ones the order is that of the text.
 */
record ModulePattern(Kind kind, String text, Pattern expression)
    implements Comparable<ModulePattern> {
  private static final String EXPRESSION = "re:";
  private static final int MOST_CHARACTERS = 1000;
  private static final Pattern NONE = Pattern.compile("");

  /** What a target is, the most specific first. */
  private enum Kind {
    NAME,
    EXPRESSION,
    CLASS
  }

  static ModulePattern of(String target) {
    if (target.startsWith(EXPRESSION)) {
      return new ModulePattern(
          Kind.EXPRESSION, target, compile(target.substring(EXPRESSION.length())));
    }
    boolean name = target.contains(".") || !Character.isUpperCase(target.codePointAt(0));
    return new ModulePattern(name ? Kind.NAME : Kind.CLASS, target, NONE);
  }

  boolean matches(MatrixSource source) {
    return switch (kind) {
      case NAME -> text.equals(source.module()) || text.equals(source.graphModule());
      case EXPRESSION ->
          begins(expression, source.module()) || begins(expression, source.graphModule());
      case CLASS -> text.equals(source.moduleClass());
    };
  }

  /** An expression of a config. */
  static Pattern compile(String expression) {
    if (expression.length() > MOST_CHARACTERS) {
      throw MatrixStorage.refused(
          "an expression",
          "at most " + MOST_CHARACTERS + " characters",
          expression.length() + " characters");
    }
    try {
      return Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw MatrixStorage.refused("an expression", "one that can be read", expression);
    }
  }

  private static boolean begins(Pattern expression, String name) {
    return expression.matcher(new BoundedText(name)).lookingAt();
  }

  @Override
  public int compareTo(ModulePattern other) {
    int byKind = kind.compareTo(other.kind);
    return byKind != 0 ? byKind : text.compareTo(other.text);
  }
}
