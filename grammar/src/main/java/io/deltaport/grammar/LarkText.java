package io.deltaport.grammar;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.stream.Collectors;

/** Pieces of Lark text. */
final class LarkText {
  private LarkText() {}

  /** A text, quoted. */
  static String literal(String text) {
    return TextNode.valueOf(text).toString();
  }

  /** One of some texts. */
  static String oneOf(List<String> texts) {
    return texts.stream().map(LarkText::literal).collect(Collectors.joining(" | "));
  }

  /** A token by its id, whatever its text. */
  static String token(int id) {
    return "<[" + id + "]>";
  }

  /** A regular expression between slashes. */
  static String regex(String regex) {
    StringBuilder escaped = new StringBuilder("/");
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\' && i + 1 < regex.length()) {
        escaped.append(c).append(regex.charAt(++i));
      } else if (c == '/') {
        escaped.append("\\/");
      } else if (c == '\n') {
        escaped.append("\\n");
      } else {
        escaped.append(c);
      }
    }
    return escaped.append('/').toString();
  }
}
