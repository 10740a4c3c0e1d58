package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Comparison;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code list}, {@code tuple} and {@code range}. */
final class ListMethods {

  private static final Set<String> CHANGING =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private ListMethods() {}

  static @Nullable Value find(Value self, String name) {
    boolean list = self instanceof ListValue;
    if (list && CHANGING.contains(name)) {
      return UndefinedValue.unsafe(self, name);
    }
    return switch (name) {
      case "count" -> BuiltIn.method(self, name, ListMethods::count);
      case "index" -> BuiltIn.method(self, name, ListMethods::index);
      case "copy" -> list ? BuiltIn.method((ListValue) self, name, ListMethods::copy) : null;
      default -> null;
    };
  }

  private static Value count(Value self, Arguments arguments, Run run) {
    Value wanted = arguments.bind("count", "/value").get(0);
    long count = 0;
    for (Iterator<Value> items = self.iterate(run); items.hasNext(); ) {
      count += isIt(items.next(), wanted, run) ? 1 : 0;
    }
    return IntValue.of(count);
  }

  private static Value index(Value self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("index", "/value", "/start?", "/stop?");
    Value wanted = bound.get(0);
    long start = fromEnd(bound.integer(1, 0), self.length());
    long stop = fromEnd(bound.integer(2, self.length()), self.length());
    long place = 0;
    for (Iterator<Value> items = self.iterate(run); items.hasNext(); place++) {
      Value item = items.next();
      if (place >= start && place < stop && isIt(item, wanted, run)) {
        return IntValue.of(place);
      }
    }
    throw Raise.value("the value is not in the " + self.type());
  }

  private static long fromEnd(long index, long length) {
    return index < 0 ? Math.max(0, index + length) : index;
  }

  private static boolean isIt(Value item, Value wanted, Run run) {
    run.step();
    return item == wanted || Comparison.equal(item, wanted, run);
  }

  private static Value copy(ListValue self, Arguments arguments, Run run) {
    arguments.bind("copy");
    return self.list(run);
  }
}
