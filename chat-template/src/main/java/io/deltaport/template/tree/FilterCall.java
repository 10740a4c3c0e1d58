package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** {@code subject | filter}. */
public record FilterCall(Expression subject, FilterLink link) implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    return link.apply(subject.value(scope, run), scope, run);
  }
}
