package io.deltaport.template.library;

import static java.util.Map.entry;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Arithmetic;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.DictView;
import io.deltaport.template.value.Index;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Slice;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Strings;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters that make texts. */
final class TextFilters {

  static final Map<String, Filter> ALL =
      Map.ofEntries(
          entry("capitalize", mapped("capitalize", StrCase::capitalize)),
          entry("center", TextFilters::center),
          entry("e", TextFilters::escape),
          entry("escape", TextFilters::escape),
          entry("forceescape", TextFilters::forceEscape),
          entry("format", TextFilters::format),
          entry("indent", TextFilters::indent),
          entry("lower", mapped("lower", StrCase::lower)),
          entry("replace", TextFilters::replace),
          entry("safe", TextFilters::safe),
          entry("string", TextFilters::string),
          entry("title", TextFilters::title),
          entry("trim", TextFilters::trim),
          entry("truncate", TextFilters::truncate),
          entry("upper", mapped("upper", StrCase::upper)),
          entry("urlencode", TextFilters::urlEncode),
          entry("wordcount", TextFilters::wordCount));

  private static final Pattern WORD_START =
      Pattern.compile("[-\\s\\x1c-\\x1f({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final String URL_SAFE = "_.-~";

  private TextFilters() {}

  /** {@code soft_str}: a text, and {@code Markup} stays it. */
  private static StrValue soft(Value value, Run run) {
    return value instanceof StrValue text ? text : StrValue.of(value.str(run), run);
  }

  private static Filter mapped(String name, UnaryOperator<String> mapping) {
    return (value, arguments, run) -> {
      arguments.bind(name);
      return StrMethods.mapped(soft(value, run), mapping, run);
    };
  }

  private static Value center(Value value, Arguments arguments, Run run) {
    long width = arguments.bind("center", "width?").integer(0, 80);
    return StrPad.center(soft(value, run), width, " ", run);
  }

  private static Value escape(Value value, Arguments arguments, Run run) {
    arguments.bind("escape");
    return Strings.escape(value, run);
  }

  private static Value forceEscape(Value value, Arguments arguments, Run run) {
    arguments.bind("forceescape");
    return Strings.escape(StrValue.of(value.str(run), run), run);
  }

  private static Value safe(Value value, Arguments arguments, Run run) {
    arguments.bind("safe");
    return StrValue.markup(value.str(run), run);
  }

  private static Value string(Value value, Arguments arguments, Run run) {
    arguments.bind("string");
    return soft(value, run);
  }

  private static Value trim(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("trim", "chars?");
    Value chars = bound.optional(0);
    return StrStrip.both(
        soft(value, run), chars == null ? Arguments.NONE : Arguments.of(chars), run);
  }

  private static Value format(Value value, Arguments arguments, Run run) {
    if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
      throw Raise.filterArgument("can't handle positional and keyword arguments at the same time");
    }
    Value values =
        arguments.named().isEmpty()
            ? new TupleValue(arguments.positional())
            : DictValue.named(arguments.named(), run);
    return PercentFormat.format(soft(value, run), values, run);
  }

  private static Value replace(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("replace", "old", "new", "count?");
    long count = bound.optional(2) == null ? -1 : bound.integer(2, -1);
    String text = value.str(run);
    return StrValue.of(
        StrReplace.replace(text, bound.get(0).str(run), bound.get(1).str(run), count, run), run);
  }

  private static Value title(Value value, Arguments arguments, Run run) {
    arguments.bind("title");
    String text = soft(value, run).text();
    run.scan(text.length());
    StringBuilder out = new StringBuilder();
    Matcher start = WORD_START.matcher(text);
    int done = 0;
    while (start.find()) {
      word(text.substring(done, start.start()), out);
      word(start.group(), out);
      done = start.end();
    }
    word(text.substring(done), out);
    return StrValue.of(out.toString(), run);
  }

  private static void word(String word, StringBuilder out) {
    if (!word.isEmpty()) {
      int first = word.offsetByCodePoints(0, 1);
      out.append(StrCase.upper(word.substring(0, first)));
      out.append(StrCase.lower(word.substring(first)));
    }
  }

  private static Value indent(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("indent", "width?", "first?", "blank?");
    StrValue indention = indention(bound, run);
    Value ended = Arithmetic.add(value, StrValue.of("\n"), run);
    if (!(ended instanceof StrValue text)) {
      throw Raise.attribute(value, "splitlines");
    }
    List<Value> lines = ((ListValue) StrSplit.lines(text, StrSplit.Ends.DROPPED, run)).items();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = ((StrValue) lines.get(i)).text();
      boolean indented = i == 0 ? bound.isTrue(1) : bound.isTrue(2) || !line.isEmpty();
      run.text(indention.text().length() + line.length());
      out.append(i == 0 ? "" : "\n").append(indented ? indention.text() : "").append(line);
    }
    return text.with(out.toString(), run);
  }

  private static StrValue indention(Arguments.Bound bound, Run run) {
    Value width = bound.get(0, IntValue.of(4));
    return width instanceof StrValue text
        ? text
        : Strings.repeat(StrValue.of(" "), Math.max(0, Index.of(width)), run);
  }

  private static Value truncate(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("truncate", "length?", "killwords?", "end?", "leeway?");
    long length = bound.integer(0, 255);
    StrValue end = bound.get(2, StrValue.of("...")) instanceof StrValue text ? text : bound.str(2);
    long leeway = bound.optional(3) == null ? 5 : bound.integer(3, 5);
    requireLength("expected length >= " + end.length() + ", got " + length, length >= end.length());
    requireLength("expected leeway >= 0, got " + leeway, leeway >= 0);
    if (value.length() <= length + leeway) {
      return value;
    }
    Value cut = new Slice(null, IntValue.of(length - end.length()), null).of(value, run);
    if (!bound.isTrue(1)) {
      if (!(cut instanceof StrValue text)) {
        throw Raise.attribute(cut, "rsplit");
      }
      int space = text.text().lastIndexOf(' ');
      cut = space < 0 ? text : text.with(text.text().substring(0, space), run);
    }
    return Arithmetic.add(cut, end, run);
  }

  private static void requireLength(String message, boolean holds) {
    if (!holds) {
      throw Raise.assertion(message);
    }
  }

  private static Value wordCount(Value value, Arguments arguments, Run run) {
    arguments.bind("wordcount");
    String text = soft(value, run).text();
    run.scan(text.length());
    long count = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i = text.offsetByCodePoints(i, 1)) {
      int c = text.codePointAt(i);
      boolean letter = c == '_' || CharacterClass.ALNUM.holds(c);
      count += letter && !inWord ? 1 : 0;
      inWord = letter;
    }
    return IntValue.of(count);
  }

  private static Value urlEncode(Value value, Arguments arguments, Run run) {
    arguments.bind("urlencode");
    if (value instanceof StrValue || !Tests.isIterable(value)) {
      return StrValue.of(quote(value, URL_SAFE + "/", "%20", run), run);
    }
    Value pairs = value instanceof DictValue dict ? new DictView(dict, DictView.Part.ITEMS) : value;
    List<String> parts = new ArrayList<>();
    for (Iterator<Value> each = pairs.iterate(run); each.hasNext(); ) {
      List<Value> pair = each.next().list(run).items();
      if (pair.size() != 2) {
        throw Raise.value("not a pair");
      }
      parts.add(
          quote(pair.get(0), URL_SAFE, "+", run) + "=" + quote(pair.get(1), URL_SAFE, "+", run));
    }
    return StrValue.of(String.join("&", parts), run);
  }

  private static String quote(Value value, String safe, String space, Run run) {
    String text = value.str(run);
    run.text(3L * text.length());
    run.scan(text.length());
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letter = c < 128 && Character.isLetterOrDigit(c);
      if (letter || safe.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append(c == ' ' ? space : String.format("%%%02X", (int) c));
      }
    }
    return out.toString();
  }
}
