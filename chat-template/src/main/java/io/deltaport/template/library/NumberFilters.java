package io.deltaport.template.library;

import static java.util.Map.entry;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Arithmetic;
import io.deltaport.template.value.FloatValue;
import io.deltaport.template.value.Index;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.NumberValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;

/** Filters on numbers. */
final class NumberFilters {

  static final Map<String, Filter> ALL =
      Map.ofEntries(
          entry("abs", NumberFilters::abs),
          entry("float", NumberFilters::toFloat),
          entry("int", NumberFilters::toInt),
          entry("round", NumberFilters::round));

  private NumberFilters() {}

  private static Value abs(Value value, Arguments arguments, Run run) {
    arguments.bind("abs");
    if (value instanceof FloatValue number) {
      return new FloatValue(Math.abs(number.number()));
    }
    if (Index.isIndex(value)) {
      return new IntValue(Index.number(value).abs());
    }
    throw Raise.type("bad operand type for abs(): '" + value.type() + "'");
  }

  private static Value toInt(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("int", "default?", "base?");
    Value otherwise = bound.get(0, IntValue.of(0));
    if (value instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (Index.isIndex(value)) {
      return new IntValue(Index.number(value));
    }
    if (value instanceof FloatValue number) {
      if (Double.isInfinite(number.number())) {
        throw Raise.overflow("cannot convert float infinity to integer");
      }
      return truncated(number.number(), otherwise);
    }
    if (!(value instanceof StrValue text)) {
      return otherwise;
    }
    BigInteger integer = Parsing.integer(text.text(), bound.integer(1, 10), run);
    if (integer != null) {
      return new IntValue(integer);
    }
    Double number = Parsing.number(text.text(), run);
    return number == null ? otherwise : truncated(number, otherwise);
  }

  private static Value truncated(double number, Value otherwise) {
    return Double.isNaN(number) || Double.isInfinite(number)
        ? otherwise
        : new IntValue(new BigDecimal(number).toBigInteger());
  }

  private static Value toFloat(Value value, Arguments arguments, Run run) {
    Value otherwise = arguments.bind("float", "default?").get(0, new FloatValue(0));
    if (value instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (value instanceof NumberValue number) {
      return new FloatValue(number.asDouble());
    }
    Double number = value instanceof StrValue text ? Parsing.number(text.text(), run) : null;
    return number == null ? otherwise : new FloatValue(number);
  }

  private static Value round(Value value, Arguments arguments, Run run) {
    Arguments.Bound bound = arguments.bind("round", "precision?", "method?");
    String method = bound.get(1, StrValue.of("common")).str(run);
    if (!method.equals("common") && !method.equals("ceil") && !method.equals("floor")) {
      throw Raise.filterArgument("method must be common, ceil or floor");
    }
    if (!method.equals("common")) {
      Value scale = Arithmetic.power(IntValue.of(10), bound.get(0, IntValue.of(0)), run);
      Value scaled = Arithmetic.multiply(value, scale, run);
      return Arithmetic.divide(whole(scaled, method), scale, run);
    }
    if (!(value instanceof NumberValue number)) {
      throw Raise.type("type " + value.type() + " doesn't define __round__ method");
    }
    return rounded(number, Index.of(bound.get(0, IntValue.of(0))), run);
  }

  private static Value whole(Value value, String method) {
    if (Index.isIndex(value)) {
      return new IntValue(Index.number(value));
    }
    if (!(value instanceof FloatValue number)) {
      throw Raise.type("must be real number, not " + value.type());
    }
    if (Double.isNaN(number.number()) || Double.isInfinite(number.number())) {
      throw Raise.overflow("cannot convert float infinity to integer");
    }
    RoundingMode mode = method.equals("ceil") ? RoundingMode.CEILING : RoundingMode.FLOOR;
    return new IntValue(new BigDecimal(number.number()).setScale(0, mode).toBigInteger());
  }

  /** Half to even, from the exact value. */
  private static Value rounded(NumberValue value, long digits, Run run) {
    int scale = (int) Math.max(-400, Math.min(400, digits));
    if (!(value instanceof FloatValue number)) {
      BigInteger integer = Index.number(value);
      run.integer(integer.bitLength());
      return new IntValue(
          scale >= 0 ? integer : round(new BigDecimal(integer), scale).toBigInteger());
    }
    double size = number.number();
    if (Double.isNaN(size) || Double.isInfinite(size)) {
      return number;
    }
    double rounded = Math.abs(round(new BigDecimal(size), scale).doubleValue());
    return new FloatValue(Math.copySign(rounded, size));
  }

  private static BigDecimal round(BigDecimal number, int scale) {
    return number.setScale(scale, RoundingMode.HALF_EVEN);
  }
}
