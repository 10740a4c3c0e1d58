package io.deltaport.template.library;

import static java.util.Map.entry;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.Comparison;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.IteratorValue;
import io.deltaport.template.value.ListBuilder;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Filters that compare items; texts without regard to case, unless told otherwise. */
final class OrderFilters {

  static final Map<String, Filter> ALL =
      Map.ofEntries(
          entry("dictsort", OrderFilters::dictSort),
          entry("groupby", OrderFilters::groupBy),
          entry("max", (value, arguments, run) -> extreme(value, arguments, Comparison.GT, run)),
          entry("min", (value, arguments, run) -> extreme(value, arguments, Comparison.LT, run)),
          entry("sort", OrderFilters::sort),
          entry("unique", OrderFilters::unique));

  private static final List<String> GROUP = List.of("grouper", "list");

  private OrderFilters() {}

  /** An item and what it is compared by. */
  private record Keyed(Value item, Value key) {}

  private enum Direction {
    UP,
    DOWN;

    static Direction of(Value reverse) {
      return reverse.truth() ? DOWN : UP;
    }
  }

  private static Value sort(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("sort", "reverse?", "case_sensitive?", "attribute?");
    List<AttributePath> paths = AttributePath.several(bound.optional(2));
    Case letters = Case.of(bound.isTrue(1));
    Function<Value, Value> key =
        item -> {
          ListBuilder keys = new ListBuilder(run);
          paths.forEach(path -> keys.add(letters.key(path.find(item, run))));
          return keys.build();
        };
    return sorted(value.list(run).items(), key, Direction.of(bound.get(0, BoolValue.FALSE)), run);
  }

  private static Value dictSort(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("dictsort", "case_sensitive?", "by?", "reverse?");
    Value by = bound.get(1, StrValue.of("key"));
    boolean byKey = by.equals(StrValue.of("key"));
    if (!byKey && !by.equals(StrValue.of("value"))) {
      throw Raise.filterArgument("You can only sort by either \"key\" or \"value\"");
    }
    if (value instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (!(value instanceof DictValue dict)) {
      throw Raise.attribute(value, "items");
    }
    ListBuilder pairs = new ListBuilder(run);
    dict.entries().forEach((key, item) -> pairs.add(TupleValue.of(key, item)));
    Case letters = Case.of(bound.isTrue(0));
    Function<Value, Value> key =
        pair -> letters.key(((TupleValue) pair).items().get(byKey ? 0 : 1));
    return sorted(pairs.build().items(), key, Direction.of(bound.get(2, BoolValue.FALSE)), run);
  }

  private static ListValue sorted(
      List<Value> items, Function<Value, Value> key, Direction direction, Run run) {
    run.allocate(64L * items.size());
    List<Keyed> keyed = new ArrayList<>();
    items.forEach(item -> keyed.add(new Keyed(item, key.apply(item))));
    ListBuilder sorted = new ListBuilder(run);
    Sorting.sort(
            keyed,
            (a, b) ->
                (direction == Direction.UP ? Comparison.LT : Comparison.GT).test(a.key, b.key, run))
        .forEach(each -> sorted.add(each.item));
    return sorted.build();
  }

  private static Value extreme(Value value, Arguments arguments, Comparison wanted, Run run) {
    Arguments.Bound bound = arguments.bind("min or max", "case_sensitive?", "attribute?");
    AttributePath path = AttributePath.of(bound.optional(1), null);
    Case letters = Case.of(bound.isTrue(0));
    Keyed best = null;
    for (Iterator<Value> items = value.iterate(run); items.hasNext(); ) {
      Value item = items.next();
      Keyed keyed = new Keyed(item, letters.key(path.find(item, run)));
      if (best == null || wanted.test(keyed.key, best.key, run)) {
        best = keyed;
      }
    }
    return best != null
        ? best.item
        : UndefinedValue.because("No aggregated item, sequence was empty.");
  }

  private static Value unique(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("unique", "case_sensitive?", "attribute?");
    AttributePath path = AttributePath.of(bound.optional(1), null);
    Case letters = Case.of(bound.isTrue(0));
    Set<Value> seen = new HashSet<>();
    return IteratorValue.generator(
        "sync_do_unique",
        new Lazy(
            () ->
                new Sieve(
                    value.iterate(run),
                    item -> {
                      Value key = letters.key(path.find(item, run));
                      run.allocate(64);
                      return seen.add(DictValue.key(key, run));
                    })));
  }

  private static Value groupBy(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("groupby", "attribute", "default?", "case_sensitive?");
    AttributePath path = AttributePath.of(bound.get(0), bound.optional(1));
    Case letters = Case.of(bound.isTrue(2));
    Function<Value, Value> key = item -> letters.key(path.find(item, run));
    ListBuilder groups = new ListBuilder(run);
    ListBuilder group = new ListBuilder(run);
    Value last = null;
    for (Value item : sorted(value.list(run).items(), key, Direction.UP, run).items()) {
      Value next = key.apply(item);
      if (last != null && !Comparison.equal(last, next, run)) {
        groups.add(group(group.build(), path, run));
        group = new ListBuilder(run);
      }
      group.add(item);
      last = next;
    }
    if (group.size() > 0) {
      groups.add(group(group.build(), path, run));
    }
    return groups.build();
  }

  private static Value group(ListValue items, AttributePath path, Run run) {
    return TupleValue.named(GROUP, path.find(items.items().get(0), run), items);
  }
}
