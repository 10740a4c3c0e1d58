package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.Value;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code find}, {@code count}, {@code startswith} and their like, within an optional range of
 * characters.
 */
final class StrSearch {

  private StrSearch() {}

  static Value find(StrValue self, Arguments arguments, Run run) {
    return IntValue.of(first(self, window("find", self, arguments, run), run));
  }

  static Value rfind(StrValue self, Arguments arguments, Run run) {
    return IntValue.of(last(self, window("rfind", self, arguments, run), run));
  }

  static Value index(StrValue self, Arguments arguments, Run run) {
    return found(first(self, window("index", self, arguments, run), run));
  }

  static Value rindex(StrValue self, Arguments arguments, Run run) {
    return found(last(self, window("rindex", self, arguments, run), run));
  }

  static Value count(StrValue self, Arguments arguments, Run run) {
    Window window = window("count", self, arguments, run);
    if (window.text == null) {
      return IntValue.of(0);
    }
    String part = window.part();
    run.search(part.length(), window.text.length());
    if (part.isEmpty()) {
      return IntValue.of(window.text.codePointCount(0, window.text.length()) + 1L);
    }
    long count = 0;
    for (int i = window.text.indexOf(part);
        i >= 0;
        i = window.text.indexOf(part, i + part.length())) {
      count++;
    }
    return IntValue.of(count);
  }

  static Value startsWith(StrValue self, Arguments arguments, Run run) {
    return affix("startswith", self, arguments, String::startsWith, run);
  }

  static Value endsWith(StrValue self, Arguments arguments, Run run) {
    return affix("endswith", self, arguments, String::endsWith, run);
  }

  private static Value affix(
      String name, StrValue self, Arguments arguments, BiPredicate<String, String> holds, Run run) {
    Window window = window(name, self, arguments, run);
    List<Value> parts =
        window.wanted instanceof TupleValue several ? several.items() : List.of(window.wanted);
    for (Value wanted : parts) {
      if (!(wanted instanceof StrValue part)) {
        throw Raise.type(name + " first arg must be str or a tuple of str, not " + wanted.type());
      }
      run.read(part.text().length());
      if (window.text != null && holds.test(window.text, part.text())) {
        return BoolValue.TRUE;
      }
    }
    return BoolValue.FALSE;
  }

  private static long first(StrValue self, Window window, Run run) {
    if (window.text == null) {
      return -1;
    }
    run.search(window.part().length(), window.text.length());
    return place(self, window, window.text.indexOf(window.part()));
  }

  private static long last(StrValue self, Window window, Run run) {
    if (window.text == null) {
      return -1;
    }
    run.search(window.part().length(), window.text.length());
    return place(self, window, window.text.lastIndexOf(window.part()));
  }

  private static long place(StrValue self, Window window, int offset) {
    return offset < 0 ? -1 : self.text().codePointCount(0, window.start + offset);
  }

  private static Value found(long index) {
    if (index < 0) {
      throw Raise.value("substring not found");
    }
    return IntValue.of(index);
  }

  /**
   * What is searched for, and the characters it is searched in: null where the range lies outside
   * the text.
   */
  private record Window(Value wanted, @Nullable String text, int start) {

    String part() {
      if (wanted instanceof StrValue part) {
        return part.text();
      }
      throw Raise.type("must be str, not " + wanted.type());
    }
  }

  private static Window window(String name, StrValue self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind(name, "/sub", "/start?", "/end?");
    run.read(self.text().length());
    long length = self.length();
    long start = bound.optional(1) == null ? 0 : fromEnd(bound.integer(1, 0), length);
    long end = bound.optional(2) == null ? length : fromEnd(bound.integer(2, 0), length);
    end = Math.min(end, length);
    if (start > end) {
      return new Window(bound.get(0), null, 0);
    }
    int from = self.offset(start);
    String text = self.text().substring(from, self.offset(end));
    return new Window(bound.get(0), text, from);
  }

  private static long fromEnd(long index, long length) {
    return index < 0 ? Math.max(0, index + length) : index;
  }
}
