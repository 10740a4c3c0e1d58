package io.deltaport.loader;

/**
 * What is wrong with one file, tensor or key.
 *
 * @param where the file, then the tensor or key, e.g. {@code config.json: hidden_size}
 * @param expected what must hold there
 * @param found what is there instead
 */
public record Problem(String where, String expected, String found) {
  private static final int LONGEST = 300;

  /**
   * Makes text of strangers printable: a control character cannot forge a line or drive a terminal.
   */
  public Problem {
    where = printable(where);
    expected = printable(expected);
    found = printable(found);
  }

  /** {@code where: expected …, found …}, on one line. */
  @Override
  public String toString() {
    return where + ": expected " + expected + ", found " + found;
  }

  /** The same problem, seen from the file that holds it. */
  public Problem in(String file) {
    return new Problem(file + ": " + where, expected, found);
  }

  private static String printable(String text) {
    StringBuilder printable = new StringBuilder(Math.min(text.length(), LONGEST));
    text.codePoints().limit(LONGEST).forEach(c -> append(printable, c));
    return text.length() > LONGEST ? printable.append("…").toString() : printable.toString();
  }

  private static void append(StringBuilder printable, int c) {
    int type = Character.getType(c);
    if (Character.isISOControl(c)
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR) {
      printable.append(String.format("\\u%04x", c));
    } else {
      printable.appendCodePoint(c);
    }
  }
}
