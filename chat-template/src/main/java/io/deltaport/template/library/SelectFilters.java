package io.deltaport.template.library;

import static java.util.Map.entry;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.IteratorValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Filters that apply a filter or a test to each item; like Python's generators they begin when they
 * are walked.
 */
final class SelectFilters {

  static final Map<String, Filter> ALL =
      Map.ofEntries(
          entry("map", SelectFilters::map),
          entry("reject", (value, arguments, run) -> select(value, arguments, Mode.REJECT, run)),
          entry(
              "rejectattr",
              (value, arguments, run) -> select(value, arguments, Mode.REJECT_ATTRIBUTE, run)),
          entry("select", (value, arguments, run) -> select(value, arguments, Mode.SELECT, run)),
          entry(
              "selectattr",
              (value, arguments, run) -> select(value, arguments, Mode.SELECT_ATTRIBUTE, run)));

  private SelectFilters() {}

  private enum Mode {
    SELECT,
    REJECT,
    SELECT_ATTRIBUTE,
    REJECT_ATTRIBUTE;

    boolean byAttribute() {
      return this == SELECT_ATTRIBUTE || this == REJECT_ATTRIBUTE;
    }

    boolean keeps(boolean result) {
      return result == (this == SELECT || this == SELECT_ATTRIBUTE);
    }
  }

  private static Value map(Value value, Arguments arguments, Run run) {
    return IteratorValue.generator("sync_do_map", new Lazy(() -> mapped(value, arguments, run)));
  }

  private static Iterator<Value> mapped(Value value, Arguments arguments, Run run) {
    if (!value.truth()) {
      return Collections.emptyIterator();
    }
    UnaryOperator<Value> mapping = mapping(arguments, run);
    Iterator<Value> items = value.iterate(run);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public Value next() {
        run.step();
        return mapping.apply(items.next());
      }
    };
  }

  private static UnaryOperator<Value> mapping(Arguments arguments, Run run) {
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Map<String, Value> named = new LinkedHashMap<>(arguments.named());
      Value attribute = named.remove("attribute");
      Value otherwise = named.remove("default");
      if (!named.isEmpty()) {
        throw Raise.filterArgument(
            "Unexpected keyword argument '" + named.keySet().iterator().next() + "'");
      }
      AttributePath path =
          AttributePath.of(attribute, otherwise == NoneValue.NONE ? null : otherwise);
      return item -> path.find(item, run);
    }
    if (arguments.positional().isEmpty()) {
      throw Raise.filterArgument("map requires a filter argument");
    }
    Value name = arguments.positional().get(0);
    Arguments rest = arguments.from(1);
    return item -> filter(name, run).apply(item, rest, run);
  }

  private static Filter filter(Value name, Run run) {
    Filter filter = name instanceof StrValue text ? Filters.find(text.text()) : null;
    if (filter == null) {
      DictValue.key(name, run);
      throw Raise.runtime("No filter named '" + name.str(run) + "'.");
    }
    return filter;
  }

  private static Value select(Value value, Arguments arguments, Mode mode, Run run) {
    return IteratorValue.generator(
        "select_or_reject", new Lazy(() -> selected(value, arguments, mode, run)));
  }

  private static Iterator<Value> selected(Value value, Arguments arguments, Mode mode, Run run) {
    if (!value.truth()) {
      return Collections.emptyIterator();
    }
    if (mode.byAttribute() && arguments.positional().isEmpty()) {
      throw Raise.filterArgument("Missing parameter for attribute name");
    }
    AttributePath path =
        AttributePath.of(mode.byAttribute() ? arguments.positional().get(0) : null, null);
    Predicate<Value> passes = test(arguments.from(mode.byAttribute() ? 1 : 0), run);
    return new Sieve(
        value.iterate(run),
        item -> {
          run.step();
          return mode.keeps(passes.test(path.find(item, run)));
        });
  }

  private static Predicate<Value> test(Arguments arguments, Run run) {
    if (arguments.positional().isEmpty()) {
      return Value::truth;
    }
    Value name = arguments.positional().get(0);
    Arguments rest = arguments.from(1);
    return item -> {
      Test test = name instanceof StrValue text ? Tests.find(text.text()) : null;
      if (test == null) {
        DictValue.key(name, run);
        throw Raise.runtime("No test named '" + name.str(run) + "'.");
      }
      return test.apply(item, rest, run).truth();
    };
  }
}
