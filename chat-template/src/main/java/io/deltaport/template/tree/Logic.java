package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** {@code a and b}, {@code a or b}: the value that decides. */
public record Logic(Operator operator, Expression left, Expression right) implements Expression {

  /** What decides. */
  public enum Operator {
    /** The first that is false, else the last. */
    AND,
    /** The first that is true, else the last. */
    OR
  }

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value value = left.value(scope, run);
    return value.truth() == (operator == Operator.OR) ? value : right.value(scope, run);
  }
}
