package io.deltaport.template.tree;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.ListBuilder;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands between the parentheses of a call.
 *
 * @param positional by place
 * @param named by name
 * @param more {@code *more}
 * @param moreNamed {@code **moreNamed}
 */
public record CallArguments(
    List<Expression> positional,
    Map<String, Expression> named,
    @Nullable Expression more,
    @Nullable Expression moreNamed) {

  /** No arguments. */
  public static final CallArguments NONE = new CallArguments(List.of(), Map.of(), null, null);

  /** Copies. */
  public CallArguments {
    positional = List.copyOf(positional);
    named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
  }

  /** One argument. */
  public static CallArguments of(Expression argument) {
    return new CallArguments(List.of(argument), Map.of(), null, null);
  }

  /** Their values, and one that Jinja adds behind those with a name. */
  Arguments evaluate(Scope scope, Map<String, Value> added, Run run) {
    ListBuilder values = new ListBuilder(run);
    positional.forEach(argument -> values.add(argument.value(scope, run)));
    if (more != null) {
      more.value(scope, run).iterate(run).forEachRemaining(values::add);
    }
    Map<String, Value> byName = new LinkedHashMap<>();
    named.forEach((name, argument) -> byName.put(name, argument.value(scope, run)));
    byName.putAll(added);
    if (moreNamed != null) {
      addAll(moreNamed.value(scope, run), byName);
    }
    return new Arguments(values.build().items(), byName);
  }

  private static void addAll(Value value, Map<String, Value> byName) {
    if (value instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (!(value instanceof DictValue dict)) {
      throw Raise.type("argument after ** must be a mapping, not " + value.type());
    }
    dict.entries()
        .forEach(
            (key, item) -> {
              if (!(key instanceof StrValue name)) {
                throw Raise.type("keywords must be strings");
              }
              if (byName.put(name.text(), item) != null) {
                throw Raise.type("got multiple values for keyword argument '" + name.text() + "'");
              }
            });
  }
}
