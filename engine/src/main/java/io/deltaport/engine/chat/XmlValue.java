package io.deltaport.engine.chat;

import com.fasterxml.jackson.core.JsonToken;
import io.deltaport.engine.chat.ToolSchemas.Kind;
import io.deltaport.engine.chat.ToolSchemas.Parameter;
import java.util.Optional;

/**
 * The value of a parameter as it comes, as JSON: a string is escaped piece by piece, everything
 * else is read when it is whole. One newline at either end belongs to the tags.
 */
final class XmlValue {
  private static final String NULL = "null";
  private static final String NONE = "None";

  private final Parameter parameter;
  private final StringBuilder waiting = new StringBuilder();
  private boolean begun;
  private boolean opened;

  XmlValue(Parameter parameter) {
    this.parameter = parameter;
  }

  /** Takes more of the value; the JSON that is sure. */
  String add(String piece) {
    waiting.append(piece);
    if (!begun && waiting.length() > 0) {
      begun = true;
      if (waiting.charAt(0) == '\n') {
        waiting.deleteCharAt(0);
      }
    }
    if (parameter.kind() != Kind.STRING || mayBeNull()) {
      return "";
    }
    int sure = waiting.length();
    if (sure > 0 && waiting.charAt(sure - 1) == '\n') {
      sure--;
    }
    if (sure == 0) {
      return "";
    }
    String json = (opened ? "" : "\"") + JsonText.escaped(waiting.substring(0, sure));
    waiting.delete(0, sure);
    opened = true;
    return json;
  }

  /** The value is over; the JSON that is left. */
  String finish() {
    int end = waiting.length();
    if (end > 0 && waiting.charAt(end - 1) == '\n') {
      end--;
    }
    String left = waiting.substring(0, end);
    if (opened) {
      return JsonText.escaped(left) + '"';
    }
    if (parameter.nullable() && isNull(left.strip())) {
      return NULL;
    }
    return parameter.kind() == Kind.STRING ? JsonText.quoted(left) : read(left);
  }

  /** Whether the value so far may become the null of a parameter that has one. */
  private boolean mayBeNull() {
    String text = waiting.toString().strip();
    return !opened && parameter.nullable() && (NULL.startsWith(text) || NONE.startsWith(text));
  }

  private static boolean isNull(String text) {
    return text.equals(NULL) || text.equals(NONE);
  }

  /** A value of the parameter's type; a string where it is none of that type. */
  private String read(String left) {
    String text = left.strip();
    Optional<JsonToken> found = JsonText.kind(text);
    return switch (parameter.kind()) {
      case NUMBER -> found.filter(JsonToken::isNumeric).isPresent() ? text : JsonText.quoted(left);
      case BOOLEAN -> flag(text, left);
      case STRUCTURE -> structure(text, left, found);
      case STRING -> JsonText.quoted(left);
    };
  }

  private static String flag(String text, String left) {
    return switch (text) {
      case "true", "True" -> "true";
      case "false", "False" -> "false";
      default -> JsonText.quoted(left);
    };
  }

  private static String structure(String text, String left, Optional<JsonToken> found) {
    if (found.isPresent()) {
      return text;
    }
    String json = PythonLiteral.json(text);
    return JsonText.kind(json).isPresent() ? json : JsonText.quoted(left);
  }
}
