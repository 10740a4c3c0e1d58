package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Text;
import io.deltaport.template.value.Value;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** {@code strip} and what else takes characters off the ends. */
final class StrStrip {

  private StrStrip() {}

  static Value both(StrValue self, Arguments arguments, Run run) {
    return strip(self, chars("strip", arguments), Ends.BOTH, run);
  }

  static Value left(StrValue self, Arguments arguments, Run run) {
    return strip(self, chars("lstrip", arguments), Ends.LEFT, run);
  }

  static Value right(StrValue self, Arguments arguments, Run run) {
    return strip(self, chars("rstrip", arguments), Ends.RIGHT, run);
  }

  static Value removePrefix(StrValue self, Arguments arguments, Run run) {
    String prefix = arguments.bind("removeprefix", "/prefix").str(0).text();
    String text = self.text();
    return text.startsWith(prefix) ? self.with(text.substring(prefix.length()), run) : self;
  }

  static Value removeSuffix(StrValue self, Arguments arguments, Run run) {
    String suffix = arguments.bind("removesuffix", "/suffix").str(0).text();
    String text = self.text();
    int end = text.length() - suffix.length();
    return text.endsWith(suffix) ? self.with(text.substring(0, end), run) : self;
  }

  private enum Ends {
    LEFT,
    RIGHT,
    BOTH
  }

  private static @Nullable Value chars(String name, Arguments arguments) {
    return arguments.bind(name, "/chars?").optional(0);
  }

  private static Value strip(StrValue self, @Nullable Value chars, Ends ends, Run run) {
    String text = self.text();
    IntPredicate isStripped = isStripped(chars, text, run);
    int start = 0;
    int end = text.length();
    while (ends != Ends.RIGHT && start < end && isStripped.test(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (ends != Ends.LEFT && end > start && isStripped.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return self.with(text.substring(start, end), run);
  }

  private static IntPredicate isStripped(@Nullable Value chars, String text, Run run) {
    run.read(text.length());
    if (chars == null) {
      return Text::isSpace;
    }
    if (!(chars instanceof StrValue set)) {
      throw Raise.type("strip arg must be None or str");
    }
    run.search(set.text().length(), text.length());
    return c -> set.text().indexOf(c) >= 0;
  }
}
