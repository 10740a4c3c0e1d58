package io.deltaport.template.tree;

import io.deltaport.template.library.Test;
import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code subject is name(arguments)}.
 *
 * @param test null where there is none of this name, which is an error only when it is used inside
 *     of an if
 */
public record TestCall(
    Position position,
    Expression subject,
    String name,
    @Nullable Test test,
    CallArguments arguments)
    implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value value = subject.value(scope, run);
    Arguments given = arguments.evaluate(scope, Map.of(), run);
    run.at(position);
    if (test == null) {
      throw Raise.runtime("No test named '" + name + "' found.");
    }
    return test.apply(value, given, run);
  }
}
