package io.deltaport.template.syntax;

/**
 * The value of a string literal. Jinja decodes the escapes of a text in which every character that
 * is not ASCII has been made an escape before, so a backslash before such a character escapes the
 * backslash of that.
 */
final class StringEscapes {

  private final Source source;
  private final String written;
  private final int offset;
  private final StringBuilder out = new StringBuilder();

  StringEscapes(Source source, String written, int offset) {
    this.source = source;
    this.written = written;
    this.offset = offset;
  }

  String value() {
    for (int i = 0; i < written.length(); ) {
      int c = written.codePointAt(i);
      if (c == '\\') {
        i = escape(i + 1);
      } else {
        out.appendCodePoint(c);
        i += Character.charCount(c);
      }
    }
    return out.toString();
  }

  /** Decodes what follows a backslash, and returns what comes after it. */
  private int escape(int i) {
    int c = written.codePointAt(i);
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.appendCodePoint(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case 'x' -> {
        return hex(i + 1, 2, "\\xXX");
      }
      case 'u' -> {
        return hex(i + 1, 4, "\\uXXXX");
      }
      case 'U' -> {
        return hex(i + 1, 8, "\\UXXXXXXXX");
      }
      case 'N' -> {
        return named(i + 1);
      }
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        return octal(i);
      }
      default -> findings(c);
    }
    return i + Character.charCount(c);
  }

  private void findings(int c) {
    out.append('\\');
    if (c < 0x80) {
      out.appendCodePoint(c);
    } else {
      out.append(String.format(c < 0x100 ? "x%02x" : c < 0x10000 ? "u%04x" : "U%08x", c));
    }
  }

  private int hex(int start, int digits, String form) {
    int end = start;
    while (end < written.length()
        && end < start + digits
        && Character.digit(written.charAt(end), 16) >= 0
        && written.charAt(end) < 0x80) {
      end++;
    }
    if (end < start + digits) {
      throw source.error("truncated " + form + " escape", offset);
    }
    long code = Long.parseLong(written.substring(start, end), 16);
    if (code > Character.MAX_CODE_POINT) {
      throw source.error("illegal Unicode character", offset);
    }
    out.appendCodePoint((int) code);
    return end;
  }

  private int octal(int start) {
    int end = start;
    while (end < Math.min(start + 3, written.length())
        && written.charAt(end) >= '0'
        && written.charAt(end) <= '7') {
      end++;
    }
    out.append((char) Integer.parseInt(written.substring(start, end), 8));
    return end;
  }

  private int named(int start) {
    int end = written.indexOf('}', start);
    if (!written.startsWith("{", start) || end < 0) {
      throw source.error("malformed \\N character escape", offset);
    }
    try {
      out.appendCodePoint(Character.codePointOf(written.substring(start + 1, end)));
    } catch (IllegalArgumentException e) {
      throw source.error("findings Unicode character name", offset);
    }
    return end + 1;
  }
}
