package io.deltaport.template.tree;

import io.deltaport.template.library.Lookup;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** {@code owner[key]}. */
public record Item(Position position, Expression owner, Expression key) implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value value = owner.value(scope, run);
    Value index = key.value(scope, run);
    run.at(position);
    return Lookup.item(value, index, run);
  }
}
