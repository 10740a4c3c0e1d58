package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/** {@code {% set target = expression %}}. */
public record Assign(Target target, Expression expression) implements Statement {

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    target.check(scope, run);
    target.assign(expression.value(scope, run), scope, run);
    return Flow.NEXT;
  }
}
