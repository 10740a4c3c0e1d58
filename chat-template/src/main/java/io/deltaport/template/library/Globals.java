package io.deltaport.template.library;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.Index;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.RangeValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.time.ZonedDateTime;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The functions that every template can call: Jinja's, and those that transformers adds. */
public final class Globals {

  private static final int STEPS_OF_A_DIRECTIVE = 40;

  /** Where transformers defines them, which is how they print. */
  static final String LOCAL = "_cached_compile_jinja_template.<locals>.";

  static final String MODULE = "transformers.utils.chat_template_utils.";

  private static final Map<String, Value> ALL =
      Map.of(
          "range", function("<function safe_range at 0x0>", Globals::range),
          "dict", new DictType(),
          "namespace", type(MODULE + LOCAL + "TemplateNamespace", NamespaceValue::create),
          "cycler", type("jinja2.utils.Cycler", CyclerValue::create),
          "joiner", type("jinja2.utils.Joiner", JoinerValue::create),
          "lipsum", function("<function generate_lorem_ipsum at 0x0>", Globals::lipsum),
          "raise_exception",
              function("<function " + LOCAL + "raise_exception at 0x0>", Globals::raise),
          "strftime_now", function("<function " + LOCAL + "strftime_now at 0x0>", Globals::now));

  private Globals() {}

  /** All by name. */
  public static Map<String, Value> all() {
    return ALL;
  }

  private static BuiltIn function(String printed, BuiltIn.Body body) {
    return BuiltIn.function("function", printed, body);
  }

  private static BuiltIn type(String name, BuiltIn.Body body) {
    return BuiltIn.function("type", "<class '" + name + "'>", body);
  }

  private static Value range(Arguments arguments, Run run) {
    int count = arguments.positional().size();
    if (count == 0 || count > 3 || !arguments.named().isEmpty()) {
      throw Raise.type("range expected 1 to 3 arguments, got " + count);
    }
    long first = Index.of(arguments.positional().get(0));
    if (count == 1) {
      return new RangeValue(0, first, 1);
    }
    long stop = Index.of(arguments.positional().get(1));
    long step = count == 2 ? 1 : Index.of(arguments.positional().get(2));
    return new RangeValue(first, stop, step);
  }

  private static Value raise(Arguments arguments, Run run) {
    throw new TemplateException(
        Kind.RAISED, arguments.bind("raise_exception", "message").get(0).str(run));
  }

  private static Value now(Arguments arguments, Run run) {
    StrValue pattern = arguments.bind("strftime_now", "format").str(0);
    run.work(STEPS_OF_A_DIRECTIVE * (1L + pattern.text().length()));
    return StrValue.of(Strftime.format(pattern.text(), ZonedDateTime.now(run.clock())), run);
  }

  private static Value lipsum(Arguments arguments, Run run) {
    throw Raise.unsupported("lipsum, which is random,");
  }

  /** {@code dict(mapping or pairs, name=value, ...)}. */
  static Map<Value, Value> dict(Arguments arguments, Run run) {
    if (arguments.positional().size() > 1) {
      throw Raise.type("dict expected at most 1 argument, got " + arguments.positional().size());
    }
    Map<Value, Value> entries = new LinkedHashMap<>();
    if (!arguments.positional().isEmpty()) {
      Value first = arguments.positional().get(0);
      if (first instanceof UndefinedValue undefined) {
        throw undefined.error();
      }
      if (first instanceof DictValue dict) {
        entries.putAll(dict.entries());
      } else {
        first.iterate(run).forEachRemaining(pair -> put(pair, entries, run));
      }
    }
    arguments.named().forEach((name, value) -> entries.put(StrValue.of(name), value));
    return entries;
  }

  private static void put(Value pair, Map<Value, Value> entries, Run run) {
    run.step();
    ListValue parts = pair.list(run);
    if (parts.length() != 2) {
      throw Raise.value(
          "dictionary update sequence element has length " + parts.length() + "; 2 is required");
    }
    entries.put(DictValue.key(parts.items().get(0), run), parts.items().get(1));
  }

  /** {@code dict.fromkeys}. */
  static Value fromKeys(Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("fromkeys", "/iterable", "/value?");
    Value value = bound.get(1, NoneValue.NONE);
    Map<Value, Value> entries = new LinkedHashMap<>();
    for (Iterator<Value> keys = bound.get(0).iterate(run); keys.hasNext(); ) {
      run.step();
      entries.put(DictValue.key(keys.next(), run), value);
    }
    return DictValue.of(entries, run);
  }
}
