package io.deltaport.template.library;

import static java.util.Map.entry;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Arithmetic;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.DictView;
import io.deltaport.template.value.Index;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.IteratorValue;
import io.deltaport.template.value.ListBuilder;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.RangeValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Slice;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters on what can be iterated. */
final class SequenceFilters {

  static final Map<String, Filter> ALL =
      Map.ofEntries(
          entry("batch", SequenceFilters::batch),
          entry("first", SequenceFilters::first),
          entry("join", SequenceFilters::join),
          entry("last", SequenceFilters::last),
          entry("list", SequenceFilters::list),
          entry("reverse", SequenceFilters::reverse),
          entry("slice", SequenceFilters::slice),
          entry("sum", SequenceFilters::sum));

  private SequenceFilters() {}

  private static Value list(Value value, Arguments arguments, Run run) {
    arguments.bind("list");
    return value.list(run);
  }

  private static Value first(Value value, Arguments arguments, Run run) {
    arguments.bind("first");
    Iterator<Value> items = value.iterate(run);
    return items.hasNext()
        ? items.next()
        : UndefinedValue.because("No first item, sequence was empty.");
  }

  private static Value last(Value value, Arguments arguments, Run run) {
    arguments.bind("last");
    requireReversible(value);
    List<Value> items = value.list(run).items();
    return items.isEmpty()
        ? UndefinedValue.because("No last item, sequence was empty.")
        : items.get(items.size() - 1);
  }

  private static void requireReversible(Value value) {
    if (!isReversible(value)) {
      throw Raise.type("'" + value.type() + "' object is not reversible");
    }
  }

  private static boolean isReversible(Value value) {
    return value instanceof StrValue
        || value instanceof ListValue
        || value instanceof TupleValue
        || value instanceof DictValue
        || value instanceof DictView
        || value instanceof RangeValue
        || value instanceof UndefinedValue;
  }

  private static Value reverse(Value value, Arguments arguments, Run run) {
    arguments.bind("reverse");
    if (value instanceof StrValue text) {
      return text.with(new StringBuilder(text.text()).reverse().toString(), run);
    }
    if (!isReversible(value) && !Tests.isIterable(value)) {
      throw Raise.filterArgument("argument must be iterable");
    }
    List<Value> items = new ArrayList<>(value.list(run).items());
    Collections.reverse(items);
    return isReversible(value)
        ? IteratorValue.of(reversed(value), items.iterator())
        : new ListValue(items);
  }

  private static String reversed(Value value) {
    if (value instanceof DictValue) {
      return "dict_reversekeyiterator";
    }
    if (value instanceof DictView view) {
      return switch (view.part()) {
        case KEYS -> "dict_reversekeyiterator";
        case VALUES -> "dict_reversevalueiterator";
        case ITEMS -> "dict_reverseitemiterator";
      };
    }
    return value instanceof ListValue
        ? "list_reverseiterator"
        : value instanceof RangeValue ? "range_iterator" : "reversed";
  }

  private static Value join(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("join", "d?", "attribute?");
    AttributePath path = AttributePath.of(bound.optional(1), null);
    String between = bound.get(0, StrValue.of("")).str(run);
    StringBuilder out = new StringBuilder();
    String separator = "";
    for (Iterator<Value> items = value.iterate(run); items.hasNext(); ) {
      run.step();
      String text = path.find(items.next(), run).str(run);
      run.text((long) separator.length() + text.length());
      out.append(separator).append(text);
      separator = between;
    }
    return StrValue.of(out.toString(), run);
  }

  private static Value sum(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("sum", "attribute?", "start?");
    AttributePath path = AttributePath.of(bound.optional(0), null);
    Value sum = bound.get(1, IntValue.of(0));
    if (sum instanceof StrValue) {
      throw Raise.type("sum() can't sum strings [use ''.join(seq) instead]");
    }
    for (Iterator<Value> items = value.iterate(run); items.hasNext(); ) {
      run.step();
      sum = Arithmetic.add(sum, path.find(items.next(), run), run);
    }
    return sum;
  }

  private static Value batch(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("batch", "linecount", "fill_with?");
    return IteratorValue.generator(
        "do_batch",
        new Lazy(
            () -> batches(value.iterate(run), bound.get(0), bound.optional(1), run).iterator()));
  }

  private static List<Value> batches(
      Iterator<Value> items, Value lineCount, @Nullable Value fill, Run run) {
    List<Value> batches = new ArrayList<>();
    ListBuilder batch = new ListBuilder(run);
    while (items.hasNext()) {
      if (batch.size() > 0 && Index.isIndex(lineCount) && batch.size() == Index.of(lineCount)) {
        batches.add(batch.build());
        batch = new ListBuilder(run);
      }
      batch.add(items.next());
    }
    if (batch.size() > 0) {
      if (fill != null) {
        batch.addAll(List.of(fill), Math.max(0, Index.of(lineCount) - batch.size()));
      }
      batches.add(batch.build());
    }
    return batches;
  }

  private static Value slice(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("slice", "slices", "fill_with?");
    return IteratorValue.generator(
        "sync_do_slice", new Lazy(() -> slices(value.list(run), bound, run).iterator()));
  }

  private static List<Value> slices(ListValue list, Arguments.Bound bound, Run run) {
    long count = bound.integer(0, 0);
    if (count == 0) {
      throw Raise.zeroDivision("integer division or modulo by zero");
    }
    long size = Math.floorDiv(list.length(), count);
    long larger = Math.floorMod(list.length(), count);
    Value fill = bound.optional(1);
    List<Value> slices = new ArrayList<>();
    long end = 0;
    for (long i = 0; i < count; i++) {
      long start = end;
      end = start + size + (i < larger ? 1 : 0);
      Value part = new Slice(IntValue.of(start), IntValue.of(end), null).of(list, run);
      boolean filled = fill != null && i >= larger;
      slices.add(filled ? Arithmetic.add(part, new ListValue(List.of(fill)), run) : part);
    }
    return slices;
  }
}
