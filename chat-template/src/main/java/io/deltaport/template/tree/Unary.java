package io.deltaport.template.tree;

import io.deltaport.template.value.Arithmetic;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** {@code -a}, {@code +a}, {@code not a}. */
public record Unary(Position position, Operator operator, Expression operand)
    implements Expression {

  /** What is done. */
  public enum Operator {
    /** {@code -}. */
    NEGATE,
    /** {@code +}. */
    PLUS,
    /** {@code not}. */
    NOT
  }

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value value = operand.value(scope, run);
    run.at(position);
    return switch (operator) {
      case NEGATE -> Arithmetic.negate(value, run);
      case PLUS -> Arithmetic.plus(value);
      case NOT -> BoolValue.of(!value.truth());
    };
  }
}
