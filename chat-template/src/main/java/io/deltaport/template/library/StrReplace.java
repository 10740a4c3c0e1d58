package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Strings;
import io.deltaport.template.value.Value;

/** {@code replace}. */
final class StrReplace {

  private StrReplace() {}

  static Value replace(StrValue self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("replace", "/old", "/new", "/count?");
    String old = bound.str(0).text();
    StrValue made = self.isMarkup() ? Strings.escape(bound.str(1), run) : bound.str(1);
    return self.with(replace(self.text(), old, made.text(), bound.integer(2, -1), run), run);
  }

  /** Replaces the first so many, all where the count is negative. */
  static String replace(String text, String old, String made, long count, Run run) {
    long most = count < 0 ? Long.MAX_VALUE : count;
    return old.isEmpty() ? spread(text, made, most, run) : each(text, old, made, most, run);
  }

  private static String each(String text, String old, String made, long most, Run run) {
    run.search(old.length(), text.length());
    StringBuilder out = new StringBuilder();
    int done = 0;
    int next = text.indexOf(old);
    for (long i = 0; i < most && next >= 0; i++) {
      run.text(made.length());
      out.append(text, done, next).append(made);
      done = next + old.length();
      next = text.indexOf(old, done);
    }
    return out.append(text, done, text.length()).toString();
  }

  /** Nothing is found before every character and at the end. */
  private static String spread(String text, String made, long most, Run run) {
    StringBuilder out = new StringBuilder();
    int done = 0;
    long left = most;
    while (left > 0 && done < text.length()) {
      run.text(made.length());
      int next = text.offsetByCodePoints(done, 1);
      out.append(made).append(text, done, next);
      done = next;
      left--;
    }
    out.append(text, done, text.length());
    return left > 0 ? out.append(made).toString() : out.toString();
  }
}
