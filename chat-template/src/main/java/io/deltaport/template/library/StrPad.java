package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;

/** {@code center}, {@code ljust} and what else makes a text longer. */
final class StrPad {

  private static final StrValue SPACE = StrValue.of(" ");

  private StrPad() {}

  static Value center(StrValue self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("center", "/width", "/fillchar?");
    return center(self, bound.integer(0, 0), fill(bound), run);
  }

  static Value center(StrValue self, long width, String fill, Run run) {
    long missing = width - self.length();
    long left = missing / 2 + (missing & width & 1);
    return pad(self, left, missing - left, fill, run);
  }

  static Value leftJustify(StrValue self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("ljust", "/width", "/fillchar?");
    return pad(self, 0, bound.integer(0, 0) - self.length(), fill(bound), run);
  }

  static Value rightJustify(StrValue self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("rjust", "/width", "/fillchar?");
    return pad(self, bound.integer(0, 0) - self.length(), 0, fill(bound), run);
  }

  static Value zeroFill(StrValue self, Arguments arguments, Run run) {
    long width = arguments.bind("zfill", "/width").integer(0, 0);
    long missing = width - self.length();
    String text = self.text();
    boolean signed = text.startsWith("-") || text.startsWith("+");
    if (missing <= 0 || !signed) {
      return pad(self, missing, 0, "0", run);
    }
    StrValue digits = self.with(text.substring(1), run);
    String padded = ((StrValue) pad(digits, missing, 0, "0", run)).text();
    return self.with(text.charAt(0) + padded, run);
  }

  static Value expandTabs(StrValue self, Arguments arguments, Run run) {
    long size = arguments.bind("expandtabs", "tabsize?").integer(0, 8);
    String text = self.text();
    StringBuilder out = new StringBuilder();
    long column = 0;
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int c = text.codePointAt(i);
      run.step();
      if (c == '\t') {
        long spaces = size <= 0 ? 0 : size - column % size;
        run.text(spaces);
        out.append(" ".repeat((int) spaces));
        column += spaces;
      } else {
        out.appendCodePoint(c);
        column = c == '\n' || c == '\r' ? 0 : column + 1;
      }
    }
    return self.with(out.toString(), run);
  }

  private static String fill(Arguments.Bound bound) {
    if (!(bound.get(1, SPACE) instanceof StrValue fill) || fill.length() != 1) {
      throw Raise.type("The fill character must be exactly one character long");
    }
    return fill.text();
  }

  private static Value pad(StrValue self, long left, long right, String fill, Run run) {
    if (left + right <= 0) {
      return self;
    }
    run.text(self.text().length() + (left + right) * fill.length());
    return self.with(
        fill.repeat(Math.toIntExact(left)) + self.text() + fill.repeat(Math.toIntExact(right)),
        run);
  }
}
