package io.deltaport.template.syntax;

import io.deltaport.template.value.Position;

/**
 * A piece of a template.
 *
 * @param type what it is
 * @param text its characters; of a string what it stands for, of a number its digits without
 *     underscores
 * @param position where it starts
 */
record Token(TokenType type, String text, Position position) {

  boolean is(TokenType wanted, String characters) {
    return type == wanted && text.equals(characters);
  }

  boolean isOperator(String characters) {
    return is(TokenType.OPERATOR, characters);
  }

  boolean isName(String characters) {
    return is(TokenType.NAME, characters);
  }

  /** What an error message calls it. */
  String describe() {
    return switch (type) {
      case NAME, OPERATOR, INTEGER, FLOAT -> text;
      case DATA, VARIABLE_BEGIN, VARIABLE_END, BLOCK_BEGIN, BLOCK_END, STRING, END ->
          type.description();
    };
  }
}
