package io.deltaport.template.tree;

import io.deltaport.template.library.Filter;
import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code | name(arguments)}.
 *
 * @param filter null where there is none of this name, which is an error only when it is used
 *     inside of an if
 */
public record FilterLink(
    Position position, String name, @Nullable Filter filter, CallArguments arguments) {

  /** The filtered value. */
  Value apply(Value value, Scope scope, Run run) {
    run.step();
    Arguments given = arguments.evaluate(scope, Map.of(), run);
    run.at(position);
    if (filter == null) {
      throw Raise.runtime("No filter named '" + name + "' found.");
    }
    return filter.apply(value, given, run);
  }
}
