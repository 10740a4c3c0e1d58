package io.deltaport.template.value;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Python's {@code str}, or markupsafe's {@code Markup}, which the filters {@code safe} and {@code
 * escape} make and which escapes what is added to it. Lengths and indices count code points.
 */
public final class StrValue implements Value {

  private static final StrValue EMPTY = new StrValue("", Escaping.PLAIN);
  private static final StrValue[] ASCII = new StrValue[128];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = new StrValue(String.valueOf((char) c), Escaping.PLAIN);
    }
  }

  private enum Escaping {
    PLAIN,
    MARKUP
  }

  private final String text;
  private final Escaping escaping;
  private int codePoints = -1;

  private StrValue(String text, Escaping escaping) {
    this.text = text;
    this.escaping = escaping;
  }

  /** A text of the template itself or of the request: nothing is charged. */
  public static StrValue of(String text) {
    return text.isEmpty() ? EMPTY : new StrValue(text, Escaping.PLAIN);
  }

  /** A text that the template has made. */
  public static StrValue of(String text, Run run) {
    if (text.length() == 1 && text.charAt(0) < ASCII.length) {
      return ASCII[text.charAt(0)];
    }
    run.text(text.length());
    return of(text);
  }

  /** Markup. */
  public static StrValue markup(String text, Run run) {
    run.text(text.length());
    return new StrValue(text, Escaping.MARKUP);
  }

  /** A text of the same type as this one, which methods of {@code Markup} return. */
  public StrValue with(String newText, Run run) {
    return isMarkup() ? markup(newText, run) : of(newText, run);
  }

  /** The characters. */
  public String text() {
    return text;
  }

  /** Whether it is {@code Markup}. */
  public boolean isMarkup() {
    return escaping == Escaping.MARKUP;
  }

  /** The index in {@link #text} of the code point at this index. */
  public int offset(long codePoint) {
    int index = Math.toIntExact(codePoint);
    return length() == text.length() ? index : text.offsetByCodePoints(0, index);
  }

  @Override
  public String type() {
    return isMarkup() ? "Markup" : "str";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    run.scan(text.length());
    if (isMarkup()) {
      out.append("Markup(");
    }
    Text.quote(text, out);
    if (isMarkup()) {
      out.append(')');
    }
  }

  @Override
  public String str(Run run) {
    return text;
  }

  @Override
  public boolean truth() {
    return !text.isEmpty();
  }

  @Override
  public long length() {
    if (codePoints < 0) {
      codePoints = text.codePointCount(0, text.length());
    }
    return codePoints;
  }

  @Override
  public Iterator<Value> iterate(Run run) {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < text.length();
      }

      @Override
      public Value next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int end = text.offsetByCodePoints(next, 1);
        StrValue character = of(text.substring(next, end), run);
        next = end;
        return character;
      }
    };
  }

  @Override
  public boolean contains(Value item, Run run) {
    if (!(item instanceof StrValue part)) {
      throw Raise.type("'in <string>' requires string as left operand, not " + item.type());
    }
    run.search(part.text.length(), text.length());
    return text.contains(part.text);
  }

  @Override
  public long weight() {
    return 1 + text.length() / 64L;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StrValue that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
