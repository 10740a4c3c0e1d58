package io.deltaport.template.value;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Python's {@code ==} and its order. */
public enum Comparison {
  /** Less than. */
  LT("<"),
  /** Less or equal. */
  LE("<="),
  /** Greater than. */
  GT(">"),
  /** Greater or equal. */
  GE(">=");

  private final String symbol;

  Comparison(String symbol) {
    this.symbol = symbol;
  }

  /** {@code left == right}. */
  public static boolean equal(Value left, Value right, Run run) {
    run.work(Math.min(left.weight(), right.weight()));
    return same(left, right);
  }

  private static boolean same(Value left, Value right) {
    if (left instanceof ListValue a && right instanceof ListValue b) {
      return same(a.items(), b.items());
    }
    if (left instanceof TupleValue a && right instanceof TupleValue b) {
      return same(a.items(), b.items());
    }
    if (left instanceof DictValue a && right instanceof DictValue b) {
      return same(a.entries(), b.entries());
    }
    if (left instanceof DictView a && right instanceof DictView b) {
      return same(a, b);
    }
    if (left instanceof RangeValue a && right instanceof RangeValue b) {
      return same(a, b);
    }
    return left.equals(right);
  }

  private static boolean same(List<Value> left, List<Value> right) {
    if (left.size() != right.size()) {
      return false;
    }
    Iterator<Value> others = right.iterator();
    for (Value item : left) {
      if (!isOrSame(item, others.next())) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Map<Value, Value> left, Map<Value, Value> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (Map.Entry<Value, Value> entry : left.entrySet()) {
      Value other = right.get(entry.getKey());
      if (other == null || !isOrSame(entry.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(DictView left, DictView right) {
    if (left.equals(right)) {
      return true;
    }
    if (left.part() != right.part()) {
      return false;
    }
    return switch (left.part()) {
      case KEYS -> left.dict().entries().keySet().equals(right.dict().entries().keySet());
      case VALUES -> false;
      case ITEMS -> same(left.dict().entries(), right.dict().entries());
    };
  }

  private static boolean same(RangeValue left, RangeValue right) {
    long length = left.length();
    return length == right.length()
        && (length == 0 || left.start() == right.start())
        && (length < 2 || left.step() == right.step());
  }

  /** Containers look at identity first, so that a list that holds NaN is equal to itself. */
  private static boolean isOrSame(Value left, Value right) {
    return left == right || same(left, right);
  }

  /** {@code left < right} and so on. */
  public boolean test(Value left, Value right, Run run) {
    run.work(Math.min(left.weight(), right.weight()));
    return ordered(left, right);
  }

  private boolean ordered(Value left, Value right) {
    if (left instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (right instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (left instanceof NumberValue a && right instanceof NumberValue b) {
      return !isNan(a) && !isNan(b) && holds(compare(a, b));
    }
    if (left instanceof StrValue a && right instanceof StrValue b) {
      return holds(compare(a.text(), b.text()));
    }
    if (left instanceof ListValue a && right instanceof ListValue b) {
      return ordered(a.items(), b.items());
    }
    if (left instanceof TupleValue a && right instanceof TupleValue b) {
      return ordered(a.items(), b.items());
    }
    throw Raise.type(
        "'"
            + symbol
            + "' not supported between instances of '"
            + left.type()
            + "' and '"
            + right.type()
            + "'");
  }

  private boolean ordered(List<Value> left, List<Value> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      if (!isOrSame(left.get(i), right.get(i))) {
        return ordered(left.get(i), right.get(i));
      }
    }
    return holds(Integer.compare(left.size(), right.size()));
  }

  private boolean holds(int sign) {
    return switch (this) {
      case LT -> sign < 0;
      case LE -> sign <= 0;
      case GT -> sign > 0;
      case GE -> sign >= 0;
    };
  }

  private static boolean isNan(NumberValue value) {
    return value instanceof FloatValue number && Double.isNaN(number.number());
  }

  private static int compare(NumberValue left, NumberValue right) {
    if (isInfinite(left) || isInfinite(right)) {
      return Double.compare(finite(left), finite(right));
    }
    if (left instanceof FloatValue a && right instanceof FloatValue b) {
      return Double.compare(a.number() + 0.0, b.number() + 0.0);
    }
    return exact(left).compareTo(exact(right));
  }

  private static boolean isInfinite(NumberValue value) {
    return value instanceof FloatValue number && Double.isInfinite(number.number());
  }

  /** Anything finite is between the infinities. */
  private static double finite(NumberValue value) {
    return isInfinite(value) ? value.asDouble() : 0;
  }

  private static BigDecimal exact(NumberValue value) {
    return value instanceof FloatValue number
        ? new BigDecimal(number.number())
        : new BigDecimal(Index.number(value));
  }

  /** By code points, not by UTF-16 units. */
  private static int compare(String left, String right) {
    int end = Math.min(left.length(), right.length());
    for (int i = 0; i < end; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean swapped = Character.isSurrogate(a) != Character.isSurrogate(b);
        return swapped
            ? Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b))
            : a - b;
      }
    }
    return Integer.compare(left.length(), right.length());
  }
}
