package io.deltaport.template.syntax;

import io.deltaport.template.value.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * Jinja's lexer with {@code trim_blocks} (a block takes the line end after it) and {@code
 * lstrip_blocks} (a block alone takes the spaces before it), and the signs {@code -} and {@code +}
 * that say otherwise.
 */
final class Lexer {

  private final Source source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int place;
  private boolean atLineStart = true;

  private Lexer(Source source) {
    this.source = source;
    this.text = source.text();
  }

  static List<Token> tokens(Source source) {
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (place < text.length()) {
      int tag = nextTag(place);
      if (tag < 0) {
        add(TokenType.DATA, text.substring(place), place);
        place = text.length();
      } else {
        tag(tag);
      }
    }
    add(TokenType.END, "", text.length());
  }

  private int nextTag(int start) {
    for (int i = text.indexOf('{', start); i >= 0; i = text.indexOf('{', i + 1)) {
      if (i + 1 < text.length() && "{%#".indexOf(text.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void tag(int tag) {
    char kind = text.charAt(tag + 1);
    char sign = sign(tag + 2);
    data(place, tag, sign, kind == '{');
    place = tag + (sign == 0 ? 2 : 3);
    switch (kind) {
      case '#' -> comment();
      case '%' -> {
        if (!raw()) {
          block(tag);
        }
      }
      default -> variable(tag);
    }
  }

  private char sign(int at) {
    boolean signed = at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+');
    return signed ? text.charAt(at) : 0;
  }

  /** The text before a tag, stripped as the tag's sign and {@code lstrip_blocks} want. */
  private void data(int start, int end, char sign, boolean beforeVariable) {
    String data = text.substring(start, end);
    if (sign == '-') {
      data = data.substring(0, Text.trimSpace(data, data.length()));
    } else if (sign == 0 && !beforeVariable) {
      int line = data.lastIndexOf('\n') + 1;
      boolean alone = Text.skipSpace(data, line) == data.length();
      data = alone && (line > 0 || atLineStart) ? data.substring(0, line) : data;
    }
    if (!data.isEmpty()) {
      add(TokenType.DATA, data, start);
    }
  }

  private void comment() {
    int end = place;
    while (end < text.length() && !isEnd(end, "#}")) {
      end++;
    }
    if (end == text.length() && place < end) {
      throw source.error("Missing end of comment tag", place);
    }
    place = end;
    if (end < text.length()) {
      end("#}");
    }
  }

  /** {@code {% raw %}}, whose content is text up to {@code {% endraw %}}. */
  private boolean raw() {
    int name = Text.skipSpace(text, place);
    int end = Text.skipSpace(text, name + 3);
    boolean strips = text.startsWith("-%}", end);
    if (!text.startsWith("raw", name) || !(strips || text.startsWith("%}", end))) {
      return false;
    }
    int start = strips ? Text.skipSpace(text, end + 3) : end + 2;
    atLineStart = text.charAt(start - 1) == '\n';
    for (int tag = text.indexOf("{%", start); tag >= 0; tag = text.indexOf("{%", tag + 1)) {
      char sign = sign(tag + 2);
      int endName = Text.skipSpace(text, tag + (sign == 0 ? 2 : 3));
      place = Text.skipSpace(text, endName + 6);
      if (text.startsWith("endraw", endName) && isEnd(place, "%}")) {
        data(start, tag, sign, false);
        end("%}");
        return true;
      }
    }
    if (start < text.length()) {
      throw source.error("Missing end of raw directive", start);
    }
    place = start;
    return true;
  }

  private void block(int tag) {
    add(TokenType.BLOCK_BEGIN, "", tag);
    place = new ExpressionLexer(source, place, "%}", tokens).run();
    if (place < text.length()) {
      add(TokenType.BLOCK_END, "", place);
      end("%}");
    }
  }

  private void variable(int tag) {
    add(TokenType.VARIABLE_BEGIN, "", tag);
    place = new ExpressionLexer(source, place, "}}", tokens).run();
    if (place < text.length()) {
      add(TokenType.VARIABLE_END, "", place);
      boolean strips = text.charAt(place) == '-';
      place = strips ? Text.skipSpace(text, place + 3) : place + 2;
      atLineStart = text.charAt(place - 1) == '\n';
    }
  }

  private boolean isEnd(int at, String end) {
    return text.startsWith(end, at) || (sign(at) != 0 && text.startsWith(end, at + 1));
  }

  /**
   * Goes behind the end of a block or comment, and behind the spaces or the line end that it takes.
   */
  private void end(String end) {
    char sign = sign(place);
    place += end.length() + (sign == 0 ? 0 : 1);
    if (sign == '-') {
      place = Text.skipSpace(text, place);
    } else if (sign == 0 && text.startsWith("\n", place)) {
      place++;
    }
    atLineStart = text.charAt(place - 1) == '\n';
  }

  private void add(TokenType type, String characters, int offset) {
    tokens.add(new Token(type, characters, source.position(offset)));
  }
}
