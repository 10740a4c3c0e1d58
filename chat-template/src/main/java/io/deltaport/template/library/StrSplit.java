package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.ListBuilder;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Strings;
import io.deltaport.template.value.Text;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** {@code split}, {@code join} and their like. */
final class StrSplit {

  private StrSplit() {}

  static Value split(StrValue self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("split", "sep?", "maxsplit?");
    String separator = separator(bound.optional(0));
    long most = most(bound);
    if (separator == null) {
      return words(self, most, run);
    }
    String text = self.text();
    run.search(separator.length(), text.length());
    ListBuilder parts = new ListBuilder(run);
    int start = 0;
    int next = text.indexOf(separator);
    while (next >= 0 && parts.size() < most) {
      parts.add(self.with(text.substring(start, next), run));
      start = next + separator.length();
      next = text.indexOf(separator, start);
    }
    parts.add(self.with(text.substring(start), run));
    return parts.build();
  }

  static Value rsplit(StrValue self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("rsplit", "sep?", "maxsplit?");
    String separator = separator(bound.optional(0));
    long most = most(bound);
    if (separator == null) {
      return lastWords(self, most, run);
    }
    String text = self.text();
    run.search(separator.length(), text.length());
    Deque<Value> parts = new ArrayDeque<>();
    int end = text.length();
    int next = text.lastIndexOf(separator);
    while (next >= 0 && parts.size() < most) {
      parts.addFirst(self.with(text.substring(next + separator.length(), end), run));
      end = next;
      next = end < separator.length() ? -1 : text.lastIndexOf(separator, end - separator.length());
    }
    parts.addFirst(self.with(text.substring(0, end), run));
    return list(parts, run);
  }

  static Value splitLines(StrValue self, Arguments arguments, Run run) {
    boolean keep = arguments.bind("splitlines", "keepends?").isTrue(0);
    return lines(self, keep ? Ends.KEPT : Ends.DROPPED, run);
  }

  /** What becomes of the characters that end a line. */
  enum Ends {
    KEPT,
    DROPPED
  }

  static Value lines(StrValue self, Ends ends, Run run) {
    String text = self.text();
    run.scan(text.length());
    ListBuilder lines = new ListBuilder(run);
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && !Text.isLineBreak(text.charAt(end))) {
        end++;
      }
      int next = text.startsWith("\r\n", end) ? end + 2 : Math.min(end + 1, text.length());
      lines.add(self.with(text.substring(start, ends == Ends.KEPT ? next : end), run));
      start = next;
    }
    return lines.build();
  }

  static Value partition(StrValue self, Arguments arguments, Run run) {
    String separator = part("partition", arguments);
    run.search(separator.length(), self.text().length());
    int place = self.text().indexOf(separator);
    return place < 0
        ? TupleValue.of(self, self.with("", run), self.with("", run))
        : around(self, separator, place, run);
  }

  static Value rpartition(StrValue self, Arguments arguments, Run run) {
    String separator = part("rpartition", arguments);
    run.search(separator.length(), self.text().length());
    int place = self.text().lastIndexOf(separator);
    return place < 0
        ? TupleValue.of(self.with("", run), self.with("", run), self)
        : around(self, separator, place, run);
  }

  static Value join(StrValue self, Arguments arguments, Run run) {
    Value items = arguments.bind("join", "/iterable").get(0);
    StringBuilder out = new StringBuilder();
    String separator = "";
    long place = 0;
    for (Iterator<Value> each = items.iterate(run); each.hasNext(); place++) {
      Value item = each.next();
      if (!(item instanceof StrValue text)) {
        throw Raise.type(
            "sequence item " + place + ": expected str instance, " + item.type() + " found");
      }
      String more = self.isMarkup() ? Strings.escape(text, run).text() : text.text();
      run.text((long) separator.length() + more.length());
      out.append(separator).append(more);
      separator = self.text();
    }
    return self.with(out.toString(), run);
  }

  private static long most(Arguments.Bound bound) {
    long most = bound.integer(1, -1);
    return most < 0 ? Long.MAX_VALUE : most;
  }

  private static @Nullable String separator(@Nullable Value separator) {
    if (separator == null) {
      return null;
    }
    if (!(separator instanceof StrValue text)) {
      throw Raise.type("must be str or None, not " + separator.type());
    }
    if (!text.truth()) {
      throw Raise.value("empty separator");
    }
    return text.text();
  }

  private static String part(String name, Arguments arguments) {
    String separator = separator(arguments.bind(name, "/sep").str(0));
    return separator == null ? "" : separator;
  }

  private static Value around(StrValue self, String separator, int place, Run run) {
    String text = self.text();
    return TupleValue.of(
        self.with(text.substring(0, place), run),
        self.with(separator, run),
        self.with(text.substring(place + separator.length()), run));
  }

  private static Value words(StrValue self, long most, Run run) {
    String text = self.text();
    run.scan(text.length());
    ListBuilder words = new ListBuilder(run);
    int start = Text.skipSpace(text, 0);
    while (start < text.length()) {
      int end = words.size() == most ? text.length() : endOfWord(text, start);
      words.add(self.with(text.substring(start, end), run));
      start = Text.skipSpace(text, end);
    }
    return words.build();
  }

  private static int endOfWord(String text, int start) {
    int end = start;
    while (end < text.length() && !Text.isSpace(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static Value lastWords(StrValue self, long most, Run run) {
    String text = self.text();
    run.scan(text.length());
    Deque<Value> words = new ArrayDeque<>();
    int end = Text.trimSpace(text, text.length());
    while (end > 0) {
      int start = words.size() == most ? 0 : startOfWord(text, end);
      words.addFirst(self.with(text.substring(start, end), run));
      end = Text.trimSpace(text, start);
    }
    return list(words, run);
  }

  private static int startOfWord(String text, int end) {
    int start = end;
    while (start > 0 && !Text.isSpace(text.charAt(start - 1))) {
      start--;
    }
    return start;
  }

  private static Value list(Iterable<Value> items, Run run) {
    ListBuilder list = new ListBuilder(run);
    items.forEach(list::add);
    return list.build();
  }
}
