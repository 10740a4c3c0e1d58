package io.deltaport.template.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** Python's arithmetic on numbers, and what {@code +} and {@code *} do to sequences. */
public final class Arithmetic {

  private Arithmetic() {}

  /** {@code left + right}. */
  public static Value add(Value left, Value right, Run run) {
    requireDefined(left, right);
    if (left instanceof StrValue a && right instanceof StrValue b) {
      return Strings.join(a, b, run);
    }
    if (left instanceof NumberValue a && right instanceof NumberValue b) {
      return bothInts(a, b)
          ? integer(whole(a).add(whole(b)), run)
          : new FloatValue(a.asDouble() + b.asDouble());
    }
    if (left instanceof ListValue a && right instanceof ListValue b) {
      ListBuilder sum = new ListBuilder(run);
      sum.addAll(a.items());
      sum.addAll(b.items());
      return sum.build();
    }
    if (left instanceof TupleValue a && right instanceof TupleValue b) {
      ListBuilder sum = new ListBuilder(run);
      sum.addAll(a.items());
      sum.addAll(b.items());
      return sum.buildTuple();
    }
    if (left instanceof StrValue || left instanceof ListValue || left instanceof TupleValue) {
      throw Raise.type(
          "can only concatenate "
              + left.type()
              + " (not \""
              + right.type()
              + "\") to "
              + left.type());
    }
    throw unsupported("+", left, right);
  }

  /** {@code left - right}. */
  public static Value subtract(Value left, Value right, Run run) {
    requireDefined(left, right);
    if (left instanceof NumberValue a && right instanceof NumberValue b) {
      return bothInts(a, b)
          ? integer(whole(a).subtract(whole(b)), run)
          : new FloatValue(a.asDouble() - b.asDouble());
    }
    throw unsupported("-", left, right);
  }

  /** {@code left * right}. */
  public static Value multiply(Value left, Value right, Run run) {
    requireDefined(left, right);
    if (left instanceof NumberValue a && right instanceof NumberValue b) {
      if (!bothInts(a, b)) {
        return new FloatValue(a.asDouble() * b.asDouble());
      }
      run.integer((long) whole(a).bitLength() + whole(b).bitLength());
      return integer(whole(a).multiply(whole(b)), run);
    }
    if (isSequence(left)) {
      return repeat(left, right, run);
    }
    if (isSequence(right)) {
      return repeat(right, left, run);
    }
    throw unsupported("*", left, right);
  }

  private static boolean isSequence(Value value) {
    return value instanceof StrValue || value instanceof ListValue || value instanceof TupleValue;
  }

  private static Value repeat(Value sequence, Value times, Run run) {
    if (!Index.isIndex(times)) {
      throw Raise.type("can't multiply sequence by non-int of type '" + times.type() + "'");
    }
    long count = Math.max(0, Index.of(times));
    if (sequence instanceof StrValue text) {
      return Strings.repeat(text, count, run);
    }
    ListBuilder product = new ListBuilder(run);
    boolean list = sequence instanceof ListValue;
    product.addAll(list ? ((ListValue) sequence).items() : ((TupleValue) sequence).items(), count);
    return list ? product.build() : product.buildTuple();
  }

  /** {@code left / right}. */
  public static Value divide(Value left, Value right, Run run) {
    requireDefined(left, right);
    if (!(left instanceof NumberValue a) || !(right instanceof NumberValue b)) {
      throw unsupported("/", left, right);
    }
    if (!b.truth()) {
      throw Raise.zeroDivision(bothInts(a, b) ? "division by zero" : "float division by zero");
    }
    return new FloatValue(
        bothInts(a, b) ? quotient(whole(a), whole(b), run) : a.asDouble() / b.asDouble());
  }

  /** The quotient of integers is rounded once, whatever their size. */
  private static double quotient(BigInteger left, BigInteger right, Run run) {
    if (left.signum() == 0) {
      return right.signum() < 0 ? -0.0 : 0.0;
    }
    run.integer(Math.max(left.bitLength(), right.bitLength()));
    double quotient =
        new BigDecimal(left).divide(new BigDecimal(right), new MathContext(60)).doubleValue();
    if (Double.isInfinite(quotient)) {
      throw Raise.overflow("integer division result too large for a float");
    }
    return quotient;
  }

  /** {@code left // right}. */
  public static Value floorDivide(Value left, Value right, Run run) {
    requireDefined(left, right);
    if (!(left instanceof NumberValue a) || !(right instanceof NumberValue b)) {
      throw unsupported("//", left, right);
    }
    if (!b.truth()) {
      throw Raise.zeroDivision(
          bothInts(a, b) ? "integer division or modulo by zero" : "float floor division by zero");
    }
    if (!bothInts(a, b)) {
      return new FloatValue(Floats.floorDivide(a.asDouble(), b.asDouble()));
    }
    run.integer(Math.max(whole(a).bitLength(), whole(b).bitLength()));
    BigInteger[] parts = whole(a).divideAndRemainder(whole(b));
    boolean below = parts[1].signum() * whole(b).signum() < 0;
    return new IntValue(below ? parts[0].subtract(BigInteger.ONE) : parts[0]);
  }

  /** {@code left % right} of numbers. */
  public static Value modulo(Value left, Value right, Run run) {
    requireDefined(left, right);
    if (!(left instanceof NumberValue a) || !(right instanceof NumberValue b)) {
      throw unsupported("%", left, right);
    }
    if (!b.truth()) {
      throw Raise.zeroDivision(bothInts(a, b) ? "integer modulo by zero" : "float modulo");
    }
    if (!bothInts(a, b)) {
      return new FloatValue(Floats.modulo(a.asDouble(), b.asDouble()));
    }
    run.integer(Math.max(whole(a).bitLength(), whole(b).bitLength()));
    BigInteger rest = whole(a).remainder(whole(b));
    boolean below = rest.signum() * whole(b).signum() < 0;
    return new IntValue(below ? rest.add(whole(b)) : rest);
  }

  /** {@code left ** right}. */
  public static Value power(Value left, Value right, Run run) {
    requireDefined(left, right);
    if (!(left instanceof NumberValue a) || !(right instanceof NumberValue b)) {
      throw unsupported("** or pow()", left, right);
    }
    if (bothInts(a, b) && whole(b).signum() >= 0) {
      return power(whole(a), whole(b), run);
    }
    return new FloatValue(Floats.power(a.asDouble(), b.asDouble()));
  }

  private static Value power(BigInteger base, BigInteger exponent, Run run) {
    if (base.bitLength() <= 1 && base.signum() >= 0) {
      return new IntValue(exponent.signum() == 0 ? BigInteger.ONE : base);
    }
    run.integer(exponent.min(BigInteger.valueOf(Integer.MAX_VALUE)).longValue() * base.bitLength());
    return integer(base.pow(exponent.intValueExact()), run);
  }

  /** {@code -value}. */
  public static Value negate(Value value, Run run) {
    requireDefined(value, value);
    if (value instanceof FloatValue number) {
      return new FloatValue(-number.number());
    }
    if (Index.isIndex(value)) {
      return integer(Index.number(value).negate(), run);
    }
    throw Raise.type("bad operand type for unary -: '" + value.type() + "'");
  }

  /** {@code +value}. */
  public static Value plus(Value value) {
    requireDefined(value, value);
    if (value instanceof FloatValue || value instanceof IntValue) {
      return value;
    }
    if (value instanceof BoolValue bool) {
      return bool.asInt();
    }
    throw Raise.type("bad operand type for unary +: '" + value.type() + "'");
  }

  private static void requireDefined(Value left, Value right) {
    if (left instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (right instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
  }

  private static boolean bothInts(NumberValue left, NumberValue right) {
    return Index.isIndex(left) && Index.isIndex(right);
  }

  private static BigInteger whole(NumberValue value) {
    return Index.number(value);
  }

  private static IntValue integer(BigInteger number, Run run) {
    run.integer(number.bitLength());
    return new IntValue(number);
  }

  private static RuntimeException unsupported(String operator, Value left, Value right) {
    return Raise.type(
        "unsupported operand type(s) for "
            + operator
            + ": '"
            + left.type()
            + "' and '"
            + right.type()
            + "'");
  }
}
