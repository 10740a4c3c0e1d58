package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import java.util.List;

/** {@code {{ expression }}} and {@code {% print a, b %}}. */
public record Print(List<Expression> expressions) implements Statement {

  /** Copies. */
  public Print {
    expressions = List.copyOf(expressions);
  }

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    for (Expression expression : expressions) {
      out.print(expression.value(scope, run).str(run));
    }
    return Flow.NEXT;
  }
}
