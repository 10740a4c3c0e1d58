package io.deltaport.template.value;

import java.math.BigInteger;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Python's {@code range}, no longer than the sandbox lets it be.
 *
 * @param start the first number
 * @param stop the first that is not in it
 * @param step from one to the next, not 0
 */
public record RangeValue(long start, long stop, long step) implements Value {

  private static final int MAX_LENGTH = 100_000;

  /** Checks the step and the length. */
  public RangeValue {
    if (step == 0) {
      throw Raise.value("range() arg 3 must not be zero");
    }
    if (length(start, stop, step) > MAX_LENGTH) {
      throw Raise.overflow(
          "Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + MAX_LENGTH + ").");
    }
  }

  private static double length(long start, long stop, long step) {
    return Math.max(0, Math.ceil(((double) stop - start) / step));
  }

  /** The number at an index that is in it. */
  public Value get(long index) {
    return IntValue.of(start + index * step);
  }

  @Override
  public String type() {
    return "range";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append("range(").append(start).append(", ").append(stop);
    if (step != 1) {
      out.append(", ").append(step);
    }
    out.append(')');
  }

  @Override
  public boolean truth() {
    return length() > 0;
  }

  @Override
  public long length() {
    return (long) length(start, stop, step);
  }

  @Override
  public Iterator<Value> iterate(Run run) {
    return new Iterator<>() {
      private long next;

      @Override
      public boolean hasNext() {
        return next < length();
      }

      @Override
      public Value next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return get(next++);
      }
    };
  }

  @Override
  public boolean contains(Value item, Run run) {
    BigInteger number = integer(item);
    if (number == null || number.bitLength() >= Long.SIZE) {
      return false;
    }
    long distance = number.longValue() - start;
    return distance % step == 0 && distance / step >= 0 && distance / step < length();
  }

  private static @Nullable BigInteger integer(Value item) {
    if (item instanceof FloatValue number) {
      return number.exactInteger();
    }
    if (item instanceof BoolValue bool) {
      return bool.asInt().number();
    }
    return item instanceof IntValue number ? number.number() : null;
  }
}
