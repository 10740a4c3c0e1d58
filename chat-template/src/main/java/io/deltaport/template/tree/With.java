package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import java.util.List;

/** {@code {% with a = 1, b = 2 %}body{% endwith %}}: the values are those of the outer scope. */
public record With(List<Assign> variables, Frame frame, Block body) implements Statement {

  /** Copies. */
  public With {
    variables = List.copyOf(variables);
  }

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    Scope inner = frame.open(scope);
    for (Assign variable : variables) {
      variable.target().assign(variable.expression().value(scope, run), inner, run);
    }
    return body.execute(inner, out, run);
  }
}
