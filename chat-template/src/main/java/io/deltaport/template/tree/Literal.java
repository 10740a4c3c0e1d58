package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** A value that stands in the template. */
public record Literal(Value constant) implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    return constant;
  }
}
