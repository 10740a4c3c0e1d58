package io.deltaport.grammar;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A source as the native library reads it. */
record SourceText(Kind kind, String text, LineBreaks before) {
  /** By their numbers in the native library. */
  enum Kind {
    LARK(0),
    JSON_SCHEMA(1),
    REGEX(2);

    final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  /** Whether line breaks may come before the text. */
  enum LineBreaks {
    NONE,
    UP_TO_TWO
  }

  static SourceText lark(String grammar) {
    return new SourceText(Kind.LARK, grammar, LineBreaks.NONE);
  }

  static SourceText json(ObjectNode schema) {
    return new SourceText(Kind.JSON_SCHEMA, schema.toString(), LineBreaks.NONE);
  }

  static SourceText regex(String regex) {
    return new SourceText(Kind.REGEX, regex, LineBreaks.NONE);
  }

  SourceText afterLineBreaks() {
    return new SourceText(kind, text, LineBreaks.UP_TO_TWO);
  }
}
