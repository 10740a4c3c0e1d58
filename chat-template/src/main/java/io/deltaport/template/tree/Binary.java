package io.deltaport.template.tree;

import io.deltaport.template.library.PercentFormat;
import io.deltaport.template.value.Arithmetic;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;

/** {@code a + b} and the other operators of arithmetic. */
public record Binary(Position position, Operator operator, Expression left, Expression right)
    implements Expression {

  /** What is done. */
  public enum Operator {
    /** {@code +}. */
    ADD,
    /** {@code -}. */
    SUBTRACT,
    /** {@code *}. */
    MULTIPLY,
    /** {@code /}. */
    DIVIDE,
    /** {@code //}. */
    FLOOR_DIVIDE,
    /** {@code %}. */
    MODULO,
    /** {@code **}. */
    POWER
  }

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value a = left.value(scope, run);
    Value b = right.value(scope, run);
    run.at(position);
    return switch (operator) {
      case ADD -> Arithmetic.add(a, b, run);
      case SUBTRACT -> Arithmetic.subtract(a, b, run);
      case MULTIPLY -> Arithmetic.multiply(a, b, run);
      case DIVIDE -> Arithmetic.divide(a, b, run);
      case FLOOR_DIVIDE -> Arithmetic.floorDivide(a, b, run);
      case MODULO ->
          a instanceof StrValue text
              ? PercentFormat.format(text, b, run)
              : Arithmetic.modulo(a, b, run);
      case POWER -> Arithmetic.power(a, b, run);
    };
  }
}
