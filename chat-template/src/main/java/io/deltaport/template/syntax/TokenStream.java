package io.deltaport.template.syntax;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.value.Position;
import java.util.List;

/** The tokens of a template, read one after the other, and how deep what is being read lies. */
final class TokenStream {

  private static final int LONGEST_CHAIN = 500;

  private final List<Token> tokens;
  private final int deepest;
  private int place;
  private int depth;

  TokenStream(List<Token> tokens, int deepest) {
    this.tokens = tokens;
    this.deepest = deepest;
  }

  Token current() {
    return tokens.get(place);
  }

  Token look() {
    return tokens.get(Math.min(place + 1, tokens.size() - 1));
  }

  /** The current token; the next one is current then. */
  Token next() {
    Token token = current();
    place = Math.min(place + 1, tokens.size() - 1);
    return token;
  }

  boolean is(TokenType type) {
    return current().type() == type;
  }

  boolean isOperator(String characters) {
    return current().isOperator(characters);
  }

  boolean isName(String characters) {
    return current().isName(characters);
  }

  /** Goes on if the current token is this operator. */
  boolean skipOperator(String characters) {
    boolean found = isOperator(characters);
    if (found) {
      next();
    }
    return found;
  }

  /** Goes on if the current token is this name. */
  boolean skipName(String characters) {
    boolean found = isName(characters);
    if (found) {
      next();
    }
    return found;
  }

  Token expect(TokenType type) {
    if (!is(type)) {
      throw error(
          "expected token '" + type.description() + "', got '" + current().describe() + "'");
    }
    return next();
  }

  Token expectOperator(String characters) {
    if (!isOperator(characters)) {
      throw error("expected token '" + characters + "', got '" + current().describe() + "'");
    }
    return next();
  }

  Position position() {
    return current().position();
  }

  TemplateException error(String message) {
    return error(message, position());
  }

  static TemplateException error(String message, Position at) {
    return new TemplateException(Kind.SYNTAX, message, at.line(), at.column(), null);
  }

  /** Goes one level deeper; {@link #leave} goes back. */
  void enter() {
    depth++;
    if (depth > deepest) {
      throw limit("the template is nested deeper than " + deepest);
    }
  }

  void leave() {
    depth--;
  }

  /** Checks how long a chain of operators has become, since each lies in the one behind it. */
  void link(int links) {
    if (links > LONGEST_CHAIN) {
      throw limit("the template chains more than " + LONGEST_CHAIN + " operators");
    }
  }

  private TemplateException limit(String message) {
    return new TemplateException(Kind.LIMIT, message, position().line(), position().column(), null);
  }
}
