package io.deltaport.template.tree;

import io.deltaport.template.value.ListBuilder;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import java.util.List;

/** {@code [a, b]}. */
public record ListLiteral(List<Expression> items) implements Expression {

  /** Copies. */
  public ListLiteral {
    items = List.copyOf(items);
  }

  @Override
  public Value evaluate(Scope scope, Run run) {
    ListBuilder list = new ListBuilder(run);
    items.forEach(item -> list.add(item.value(scope, run)));
    return list.build();
  }
}
