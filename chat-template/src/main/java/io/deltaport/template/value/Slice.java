package io.deltaport.template.value;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code value[start:stop:step]}.
 *
 * @param start absent = from the end that the step begins at
 * @param stop absent = to the other end
 * @param step absent = 1
 */
public record Slice(@Nullable Value start, @Nullable Value stop, @Nullable Value step) {

  /** The slice of a value. */
  public Value of(Value value, Run run) {
    if (value instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (value instanceof StrValue text) {
      return of(text, run);
    }
    if (value instanceof ListValue list) {
      return select(list.items(), run).build();
    }
    if (value instanceof TupleValue tuple) {
      return select(tuple.items(), run).buildTuple();
    }
    if (value instanceof RangeValue range) {
      return of(range);
    }
    if (value instanceof DictValue) {
      throw Raise.type("unhashable type: 'slice'");
    }
    throw Raise.type("'" + value.type() + "' object is not subscriptable");
  }

  private Value of(StrValue text, Run run) {
    Bounds bounds = bounds(text.length());
    if (bounds.step == 1) {
      int from = text.offset(bounds.from);
      int to = text.offset(Math.max(bounds.from, bounds.to));
      run.read(text.text().length());
      return text.with(text.text().substring(from, to), run);
    }
    run.scan(text.text().length());
    run.allocate((long) Integer.BYTES * text.text().length());
    int[] points = text.text().codePoints().toArray();
    StringBuilder out = new StringBuilder();
    for (long i = bounds.from; bounds.reaches(i); i += bounds.step) {
      out.appendCodePoint(points[(int) i]);
    }
    return text.with(out.toString(), run);
  }

  private ListBuilder select(List<Value> items, Run run) {
    Bounds bounds = bounds(items.size());
    ListBuilder selected = new ListBuilder(run);
    List<Value> some = new ArrayList<>();
    for (long i = bounds.from; bounds.reaches(i); i += bounds.step) {
      some.add(items.get((int) i));
    }
    selected.addAll(some);
    return selected;
  }

  private Value of(RangeValue range) {
    Bounds bounds = bounds(range.length());
    return new RangeValue(
        range.start() + bounds.from * range.step(),
        range.start() + bounds.to * range.step(),
        range.step() * bounds.step);
  }

  private record Bounds(long from, long to, long step) {
    boolean reaches(long index) {
      return step > 0 ? index < to : index > to;
    }
  }

  private Bounds bounds(long length) {
    long stride = step == null || step == NoneValue.NONE ? 1 : index(step);
    if (stride == 0) {
      throw Raise.value("slice step cannot be zero");
    }
    boolean forward = stride > 0;
    return new Bounds(
        bound(start, forward ? 0 : length - 1, length, forward),
        bound(stop, forward ? length : -1, length, forward),
        stride);
  }

  private static long bound(@Nullable Value value, long otherwise, long length, boolean forward) {
    if (value == null || value == NoneValue.NONE) {
      return otherwise;
    }
    long index = index(value);
    index = index < 0 ? index + length : index;
    long least = forward ? 0 : -1;
    return Math.max(least, Math.min(forward ? length : length - 1, index));
  }

  private static long index(Value value) {
    if (!Index.isIndex(value)) {
      throw Raise.type("slice indices must be integers or None or have an __index__ method");
    }
    return Index.of(value);
  }
}
