package io.deltaport.template.tree;

import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import org.jspecify.annotations.Nullable;

/** {@code then if test else otherwise}; without else undefined. */
public record Conditional(
    Position position, Expression test, Expression then, @Nullable Expression otherwise)
    implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    if (test.value(scope, run).truth()) {
      return then.value(scope, run);
    }
    if (otherwise != null) {
      return otherwise.value(scope, run);
    }
    return UndefinedValue.because(
        "the inline if-expression on line "
            + position.line()
            + " evaluated to false and no else section was defined.");
  }
}
