package io.deltaport.template.library;

import static java.util.Map.entry;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Arithmetic;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.Comparison;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.FloatValue;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.NumberValue;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.RangeValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** All tests by name. */
public final class Tests {

  private static final Map<String, Test> ALL =
      Map.ofEntries(
          entry("boolean", is("boolean", BoolValue.class::isInstance)),
          entry("callable", is("callable", Tests::isCallable)),
          entry("defined", is("defined", value -> !(value instanceof UndefinedValue))),
          entry("divisibleby", Tests::divisibleBy),
          entry("escaped", is("escaped", Tests::isMarkup)),
          entry("even", (value, arguments, run) -> rest("even", value, arguments, 0, run)),
          entry("false", is("false", value -> value == BoolValue.FALSE)),
          entry("filter", Tests::isFilter),
          entry("float", is("float", FloatValue.class::isInstance)),
          entry("in", Tests::isIn),
          entry("integer", is("integer", IntValue.class::isInstance)),
          entry("iterable", is("iterable", Tests::isIterable)),
          entry("lower", letters("lower", CharacterClass.LOWER)),
          entry("mapping", is("mapping", DictValue.class::isInstance)),
          entry("none", is("none", value -> value == NoneValue.NONE)),
          entry("number", is("number", NumberValue.class::isInstance)),
          entry("odd", (value, arguments, run) -> rest("odd", value, arguments, 1, run)),
          entry("sameas", Tests::isSame),
          entry("sequence", is("sequence", Tests::isSequence)),
          entry("string", is("string", StrValue.class::isInstance)),
          entry("test", Tests::isTest),
          entry("true", is("true", value -> value == BoolValue.TRUE)),
          entry("undefined", is("undefined", UndefinedValue.class::isInstance)),
          entry("upper", letters("upper", CharacterClass.UPPER)),
          entry("==", Tests::equal),
          entry("eq", Tests::equal),
          entry("equalto", Tests::equal),
          entry("!=", Tests::unequal),
          entry("ne", Tests::unequal),
          entry(">", compared(Comparison.GT)),
          entry("gt", compared(Comparison.GT)),
          entry("greaterthan", compared(Comparison.GT)),
          entry(">=", compared(Comparison.GE)),
          entry("ge", compared(Comparison.GE)),
          entry("<", compared(Comparison.LT)),
          entry("lt", compared(Comparison.LT)),
          entry("lessthan", compared(Comparison.LT)),
          entry("<=", compared(Comparison.LE)),
          entry("le", compared(Comparison.LE)));

  private Tests() {}

  /** The test of this name, or null. */
  public static @Nullable Test find(String name) {
    return ALL.get(name);
  }

  /** Whether Python's {@code iter(value)} works. */
  static boolean isIterable(Value value) {
    return !(value instanceof NoneValue
        || value instanceof NumberValue
        || (value instanceof ObjectValue object && !object.isIterable()));
  }

  private static Test is(String name, Predicate<Value> holds) {
    return (value, arguments, run) -> {
      arguments.bind(name);
      return BoolValue.of(holds.test(value));
    };
  }

  private static Test letters(String name, CharacterClass letters) {
    return (value, arguments, run) -> {
      arguments.bind(name);
      String text = value.str(run);
      run.scan(text.length());
      return BoolValue.of(letters.holds(text));
    };
  }

  private static boolean isCallable(Value value) {
    return value instanceof UndefinedValue
        || (value instanceof ObjectValue object && object.isCallable());
  }

  private static boolean isMarkup(Value value) {
    return value instanceof StrValue text && text.isMarkup();
  }

  private static boolean isSequence(Value value) {
    return value instanceof StrValue
        || value instanceof ListValue
        || value instanceof TupleValue
        || value instanceof DictValue
        || value instanceof RangeValue
        || value instanceof UndefinedValue;
  }

  private static Value divisibleBy(Value value, Arguments arguments, Run run) {
    Value divisor = arguments.bind("divisibleby", "num").get(0);
    return isRest(value, divisor, 0, run);
  }

  private static Value rest(String name, Value value, Arguments arguments, long rest, Run run) {
    arguments.bind(name);
    return isRest(value, IntValue.of(2), rest, run);
  }

  private static Value isRest(Value value, Value divisor, long rest, Run run) {
    Value modulo =
        value instanceof StrValue text
            ? PercentFormat.format(text, divisor, run)
            : Arithmetic.modulo(value, divisor, run);
    return BoolValue.of(Comparison.equal(modulo, IntValue.of(rest), run));
  }

  private static Value isFilter(Value value, Arguments arguments, Run run) {
    arguments.bind("filter");
    DictValue.key(value, run);
    return BoolValue.of(value instanceof StrValue text && Filters.find(text.text()) != null);
  }

  private static Value isTest(Value value, Arguments arguments, Run run) {
    arguments.bind("test");
    DictValue.key(value, run);
    return BoolValue.of(value instanceof StrValue text && find(text.text()) != null);
  }

  private static Value isIn(Value value, Arguments arguments, Run run) {
    return BoolValue.of(arguments.bind("in", "seq").get(0).contains(value, run));
  }

  /** Identity, where Python keeps one object: the empty tuple, small integers, and short texts. */
  private static Value isSame(Value value, Arguments arguments, Run run) {
    Value other = arguments.bind("sameas", "other").get(0);
    boolean small = value instanceof IntValue number && number.number().bitLength() <= 8;
    return BoolValue.of(
        value == other || (small && other instanceof IntValue && value.equals(other)));
  }

  private static Value equal(Value value, Arguments arguments, Run run) {
    return BoolValue.of(Comparison.equal(value, arguments.bind("eq", "/other").get(0), run));
  }

  private static Value unequal(Value value, Arguments arguments, Run run) {
    return BoolValue.of(!Comparison.equal(value, arguments.bind("ne", "/other").get(0), run));
  }

  private static Test compared(Comparison comparison) {
    return (value, arguments, run) ->
        BoolValue.of(comparison.test(value, arguments.bind("compare", "/other").get(0), run));
  }
}
