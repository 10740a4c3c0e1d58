package io.deltaport.template.library;

import io.deltaport.template.value.Raise;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All filters by name. */
public final class Filters {

  private static final List<String> UNSUPPORTED =
      List.of("filesizeformat", "pprint", "random", "striptags", "urlize", "wordwrap", "xmlattr");

  private static final Map<String, Filter> ALL = new HashMap<>();

  static {
    ALL.putAll(TextFilters.ALL);
    ALL.putAll(NumberFilters.ALL);
    ALL.putAll(SequenceFilters.ALL);
    ALL.putAll(OrderFilters.ALL);
    ALL.putAll(SelectFilters.ALL);
    ALL.putAll(ValueFilters.ALL);
    for (String name : UNSUPPORTED) {
      ALL.put(
          name,
          (value, arguments, run) -> {
            throw Raise.unsupported("the filter '" + name + "'");
          });
    }
  }

  private Filters() {}

  /**
   * The filter of this name, or null. One that Jinja has and this module has not throws when it is
   * used.
   */
  public static @Nullable Filter find(String name) {
    return ALL.get(name);
  }
}
