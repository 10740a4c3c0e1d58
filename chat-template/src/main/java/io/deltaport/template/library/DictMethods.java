package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.DictView;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The methods of Python's {@code dict}. */
final class DictMethods {

  private static final Set<String> CHANGING =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private static final Map<String, Method<DictValue>> METHODS =
      Map.of(
          "items", (self, arguments, run) -> view(self, DictView.Part.ITEMS, arguments),
          "keys", (self, arguments, run) -> view(self, DictView.Part.KEYS, arguments),
          "values", (self, arguments, run) -> view(self, DictView.Part.VALUES, arguments),
          "get", DictMethods::get,
          "copy", (self, arguments, run) -> copy(self, arguments, run),
          "fromkeys", (self, arguments, run) -> Globals.fromKeys(arguments, run));

  private DictMethods() {}

  static @Nullable Value find(DictValue self, String name) {
    if (CHANGING.contains(name)) {
      return UndefinedValue.unsafe(self, name);
    }
    Method<DictValue> method = METHODS.get(name);
    return method == null ? null : BuiltIn.method(self, name, method);
  }

  private static Value view(DictValue self, DictView.Part part, Arguments arguments) {
    arguments.bind(part.name());
    return new DictView(self, part);
  }

  private static Value get(DictValue self, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("get", "/key", "/default?");
    Value value = self.get(bound.get(0), run);
    return value != null ? value : bound.get(1, NoneValue.NONE);
  }

  private static Value copy(DictValue self, Arguments arguments, Run run) {
    arguments.bind("copy");
    return DictValue.of(self.entries(), run);
  }
}
