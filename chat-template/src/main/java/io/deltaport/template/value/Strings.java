package io.deltaport.template.value;

/** What operators do to texts. */
public final class Strings {

  private Strings() {}

  /** {@code left + right}: {@code Markup} escapes what is not. */
  public static StrValue join(StrValue left, StrValue right, Run run) {
    run.text((long) left.text().length() + right.text().length());
    if (left.isMarkup() || right.isMarkup()) {
      return StrValue.markup(escape(left, run).text() + escape(right, run).text(), run);
    }
    return StrValue.of(left.text() + right.text());
  }

  /** {@code text * count}. */
  public static StrValue repeat(StrValue text, long count, Run run) {
    run.text(Math.multiplyExact(count, (long) text.text().length()));
    return text.with(text.text().repeat(Math.toIntExact(count)), run);
  }

  /** markupsafe's {@code escape}: {@code Markup} is left as it is. */
  public static StrValue escape(Value value, Run run) {
    if (value instanceof StrValue text && text.isMarkup()) {
      return text;
    }
    return StrValue.markup(escape(value.str(run), run), run);
  }

  private static String escape(String text, Run run) {
    run.scan(text.length());
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '\'' -> out.append("&#39;");
        case '"' -> out.append("&#34;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }
}
