package io.deltaport.engine.chat;

/** Turns what Python prints of a list or dict into JSON. */
final class PythonLiteral {
  private final String text;
  private final StringBuilder json = new StringBuilder();
  private int at;

  private PythonLiteral(String text) {
    this.text = text;
  }

  /** The text as JSON, where it is Python's; else something that is no JSON. */
  static String json(String text) {
    PythonLiteral literal = new PythonLiteral(text);
    while (literal.at < text.length()) {
      literal.next();
    }
    return literal.json.toString();
  }

  private void next() {
    char c = text.charAt(at);
    if (c == '\'' || c == '"') {
      string(c);
    } else if (Character.isLetter(c)) {
      word();
    } else {
      json.append(c == '(' ? '[' : c == ')' ? ']' : c);
      at++;
    }
  }

  private void string(char quote) {
    StringBuilder value = new StringBuilder();
    at++;
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      value.append(c == '\\' && at < text.length() ? unescaped(text.charAt(at++)) : c);
    }
    if (at < text.length()) {
      json.append(JsonText.quoted(value.toString()));
    } else {
      json.append(quote); // no end: no JSON
    }
    at++;
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      default -> c;
    };
  }

  private void word() {
    int from = at;
    while (at < text.length() && Character.isLetter(text.charAt(at))) {
      at++;
    }
    String word = text.substring(from, at);
    json.append(
        switch (word) {
          case "True" -> "true";
          case "False" -> "false";
          case "None" -> "null";
          default -> word;
        });
  }
}
