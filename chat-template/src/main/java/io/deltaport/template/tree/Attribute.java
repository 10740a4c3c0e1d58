package io.deltaport.template.tree;

import io.deltaport.template.library.Lookup;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** {@code owner.name}. */
public record Attribute(Position position, Expression owner, String name) implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value value = owner.value(scope, run);
    run.at(position);
    return Lookup.attribute(value, name, run);
  }
}
