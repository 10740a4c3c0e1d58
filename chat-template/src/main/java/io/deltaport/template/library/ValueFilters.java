package io.deltaport.template.library;

import static java.util.Map.entry;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.DictView;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.IteratorValue;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters on values of any type. */
final class ValueFilters {

  static final Map<String, Filter> ALL =
      Map.ofEntries(
          entry("attr", ValueFilters::attr),
          entry("count", ValueFilters::length),
          entry("d", ValueFilters::orDefault),
          entry("default", ValueFilters::orDefault),
          entry("items", ValueFilters::items),
          entry("length", ValueFilters::length),
          entry("tojson", ValueFilters::toJson));

  private ValueFilters() {}

  private static Value length(Value value, Arguments arguments, Run run) {
    arguments.bind("length");
    return IntValue.of(value.length());
  }

  private static Value orDefault(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("default", "default_value?", "boolean?");
    boolean missing = value instanceof UndefinedValue || (bound.isTrue(1) && !value.truth());
    return missing ? bound.get(0, StrValue.of("")) : value;
  }

  private static Value attr(Value value, Arguments arguments, Run run) {
    String name = arguments.bind("attr", "name").str(0).text();
    if (value instanceof UndefinedValue) {
      return UndefinedValue.attribute(value, name);
    }
    Value attribute = Lookup.attributeOnly(value, name, run);
    return attribute != null ? attribute : UndefinedValue.attribute(value, name);
  }

  private static Value items(Value value, Arguments arguments, Run run) {
    arguments.bind("items");
    return IteratorValue.generator("do_items", new Lazy(() -> items(value, run)));
  }

  private static Iterator<Value> items(Value value, Run run) {
    if (value instanceof UndefinedValue) {
      return Collections.emptyIterator();
    }
    if (value instanceof DictValue dict) {
      return new DictView(dict, DictView.Part.ITEMS).iterate(run);
    }
    throw Raise.type("Can only get item pairs from a mapping.");
  }

  private static Value toJson(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound =
        arguments.bind("tojson", "ensure_ascii?", "indent?", "separators?", "sort_keys?");
    String indent = indent(bound, run);
    String item = indent == null ? ", " : ",";
    String key = ": ";
    Value separators = bound.optional(2);
    if (separators != null) {
      ListValue pair = separators.list(run);
      if (pair.length() != 2) {
        throw Raise.value("separators must be two");
      }
      item = text(pair.items().get(0));
      key = text(pair.items().get(1));
    }
    Json.Layout layout =
        new Json.Layout(
            indent,
            item,
            key,
            bound.isTrue(0) ? Json.Characters.ASCII : Json.Characters.ALL,
            bound.isTrue(3) ? Json.Keys.SORTED : Json.Keys.AS_THEY_ARE);
    return StrValue.of(Json.write(value, layout, run), run);
  }

  private static @Nullable String indent(Arguments.Bound bound, Run run) {
    Value indent = bound.optional(1);
    if (indent == null || indent instanceof StrValue) {
      return indent == null ? null : text(indent);
    }
    long width = Math.max(0, bound.integer(1, 0));
    run.text(width);
    return " ".repeat((int) width);
  }

  private static String text(Value value) {
    if (value instanceof StrValue text) {
      return text.text();
    }
    throw Raise.type("expected str, not " + value.type());
  }
}
