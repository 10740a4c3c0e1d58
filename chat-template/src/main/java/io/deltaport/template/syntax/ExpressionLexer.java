package io.deltaport.template.syntax;

import io.deltaport.template.value.Text;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lexer inside of a tag: names, numbers, strings, operators, up to the end of the tag. */
final class ExpressionLexer {

  private static final List<String> OPERATORS =
      List.of(
          "**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private static final String DIGITS = "[0-9]+(?:_[0-9]+)*";
  private static final String EXPONENT = "[eE][+-]?" + DIGITS;
  private static final Pattern FLOAT =
      Pattern.compile(DIGITS + "(?:(?:\\." + DIGITS + ")?" + EXPONENT + "|\\." + DIGITS + ")");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](?:_?[01]+)+|0[oO](?:_?[0-7]+)+|0[xX](?:_?[0-9a-fA-F]+)+"
              + "|[1-9][0-9]*(?:_[0-9]+)*|0+(?:_0+)*");

  private final Source source;
  private final String text;
  private final String end;
  private final List<Token> tokens;
  private final Deque<String> open = new ArrayDeque<>();
  private int place;

  ExpressionLexer(Source source, int start, String end, List<Token> tokens) {
    this.source = source;
    this.text = source.text();
    this.place = start;
    this.end = end;
    this.tokens = tokens;
  }

  /** Adds the tokens and returns where the end of the tag starts, its sign included. */
  int run() {
    while (place < text.length() && !(open.isEmpty() && isEnd())) {
      char c = text.charAt(place);
      if (Text.isSpace(c)) {
        place = Text.skipSpace(text, place);
      } else if (c >= '0' && c <= '9') {
        number();
      } else if (Names.isStart(text.codePointAt(place))) {
        name();
      } else if ((c == '"' || c == '\'') && closing(c) > 0) {
        string(closing(c));
      } else {
        operator();
      }
    }
    return place;
  }

  private boolean isEnd() {
    boolean signed = text.charAt(place) == '-' || (text.charAt(place) == '+' && end.equals("%}"));
    return text.startsWith(end, place) || (signed && text.startsWith(end, place + 1));
  }

  private void number() {
    Matcher match = FLOAT.matcher(text).region(place, text.length());
    boolean afterDot = place > 0 && text.charAt(place - 1) == '.';
    TokenType type = !afterDot && match.lookingAt() ? TokenType.FLOAT : TokenType.INTEGER;
    if (type == TokenType.INTEGER) {
      match.usePattern(INTEGER).region(place, text.length()).lookingAt();
    }
    add(type, match.group().replace("_", ""), match.end());
  }

  private void name() {
    int stop = place;
    while (stop < text.length() && Names.isPart(text.codePointAt(stop))) {
      stop += Character.charCount(text.codePointAt(stop));
    }
    add(TokenType.NAME, text.substring(place, stop), stop);
  }

  /** Where the string that starts here ends, or -1. */
  private int closing(char quote) {
    for (int i = place + 1; i < text.length(); i++) {
      if (text.charAt(i) == quote) {
        return i;
      }
      i += text.charAt(i) == '\\' ? 1 : 0;
    }
    return -1;
  }

  private void string(int closing) {
    String written = text.substring(place + 1, closing);
    add(TokenType.STRING, new StringEscapes(source, written, place).value(), closing + 1);
  }

  private void operator() {
    for (String operator : OPERATORS) {
      if (text.startsWith(operator, place)) {
        balance(operator);
        add(TokenType.OPERATOR, operator, place + operator.length());
        return;
      }
    }
    throw source.error(
        "unexpected char '" + Character.toString(text.codePointAt(place)) + "'", place);
  }

  private void balance(String operator) {
    switch (operator) {
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "{" -> open.push("}");
      case ")", "]", "}" -> {
        if (open.isEmpty()) {
          throw source.error("unexpected '" + operator + "'", place);
        }
        String expected = open.pop();
        if (!expected.equals(operator)) {
          throw source.error("unexpected '" + operator + "', expected '" + expected + "'", place);
        }
      }
      default -> {}
    }
  }

  private void add(TokenType type, String characters, int next) {
    tokens.add(new Token(type, characters, source.position(place)));
    place = next;
  }
}
