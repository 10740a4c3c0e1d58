package io.deltaport.template.tree;

import io.deltaport.template.value.ListBuilder;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import java.util.List;

/** {@code (a, b)}. */
public record TupleLiteral(List<Expression> items) implements Expression {

  /** Copies. */
  public TupleLiteral {
    items = List.copyOf(items);
  }

  @Override
  public Value evaluate(Scope scope, Run run) {
    ListBuilder tuple = new ListBuilder(run);
    items.forEach(item -> tuple.add(item.value(scope, run)));
    return tuple.buildTuple();
  }
}
