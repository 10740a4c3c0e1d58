package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** A variable. */
public record Name(String name) implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    return scope.get(name);
  }
}
