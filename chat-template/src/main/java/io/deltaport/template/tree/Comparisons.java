package io.deltaport.template.tree;

import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.Comparison;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import java.util.List;

/**
 * {@code a < b <= c}, {@code a in b}: all must hold, and what is behind the first that does not is
 * not evaluated.
 */
public record Comparisons(Expression first, List<Operand> operands) implements Expression {

  /** An operator and what stands on its right. */
  public record Operand(Position position, Operator operator, Expression right) {}

  /** What is compared. */
  public enum Operator {
    /** {@code ==}. */
    EQUAL,
    /** {@code !=}. */
    UNEQUAL,
    /** {@code <}. */
    LESS,
    /** {@code <=}. */
    LESS_OR_EQUAL,
    /** {@code >}. */
    GREATER,
    /** {@code >=}. */
    GREATER_OR_EQUAL,
    /** {@code in}. */
    IN,
    /** {@code not in}. */
    NOT_IN;

    private boolean test(Value left, Value right, Run run) {
      return switch (this) {
        case EQUAL -> Comparison.equal(left, right, run);
        case UNEQUAL -> !Comparison.equal(left, right, run);
        case LESS -> Comparison.LT.test(left, right, run);
        case LESS_OR_EQUAL -> Comparison.LE.test(left, right, run);
        case GREATER -> Comparison.GT.test(left, right, run);
        case GREATER_OR_EQUAL -> Comparison.GE.test(left, right, run);
        case IN -> right.contains(left, run);
        case NOT_IN -> !right.contains(left, run);
      };
    }
  }

  /** Copies. */
  public Comparisons {
    operands = List.copyOf(operands);
  }

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value left = first.value(scope, run);
    for (Operand operand : operands) {
      Value right = operand.right.value(scope, run);
      run.at(operand.position);
      if (!operand.operator.test(left, right, run)) {
        return BoolValue.FALSE;
      }
      left = right;
    }
    return BoolValue.TRUE;
  }
}
