package io.deltaport.engine.chat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Optional;

/** JSON as text: whether it is whole, and how a string is written. */
final class JsonText {
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  private static final int FIRST_PRINTABLE = 0x20;

  private JsonText() {}

  /** What a text is as JSON: the first token of its one value, empty where it is none. */
  static Optional<JsonToken> kind(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return Optional.empty();
      }
      parser.skipChildren();
      if (first.isScalarValue()) {
        parser.getValueAsString(); // a string is read no sooner
      }
      return parser.nextToken() == null ? Optional.of(first) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static boolean isObject(String text) {
    return kind(text).filter(JsonToken.START_OBJECT::equals).isPresent();
  }

  /** A string with its quotes. */
  static String quoted(String text) {
    return '"' + escaped(text) + '"';
  }

  /** A piece of a string, without quotes. */
  static String escaped(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < FIRST_PRINTABLE) {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.toString();
  }
}
