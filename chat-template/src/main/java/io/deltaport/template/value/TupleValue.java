package io.deltaport.template.value;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's {@code tuple}. */
public final class TupleValue implements Value {

  /** The empty tuple. */
  public static final TupleValue EMPTY = new TupleValue(List.of());

  private final List<Value> items;
  private final List<String> names;
  private final long weight;
  private final int hash;

  /** A tuple of these elements, which the caller does not change any more. */
  public TupleValue(List<Value> items) {
    this(items, List.of());
  }

  private TupleValue(List<Value> items, List<String> names) {
    this.names = names;
    this.items = Collections.unmodifiableList(items);
    this.weight = Sequence.weight(items);
    this.hash = items.hashCode();
  }

  /** A tuple of these elements. */
  public static TupleValue of(Value... items) {
    return new TupleValue(List.of(items));
  }

  /** A {@code namedtuple} of these elements. */
  public static TupleValue named(List<String> names, Value... items) {
    return new TupleValue(List.of(items), names);
  }

  /** The element of this name, or null. */
  public @Nullable Value named(String name) {
    int place = names.indexOf(name);
    return place < 0 ? null : items.get(place);
  }

  /** The elements. */
  public List<Value> items() {
    return items;
  }

  @Override
  public String type() {
    return "tuple";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    Sequence.repr(items, "(", items.size() == 1 ? ",)" : ")", out, run);
  }

  @Override
  public boolean truth() {
    return !items.isEmpty();
  }

  @Override
  public long length() {
    return items.size();
  }

  @Override
  public Iterator<Value> iterate(Run run) {
    return items.iterator();
  }

  @Override
  public boolean contains(Value item, Run run) {
    return Sequence.contains(items, item, run);
  }

  @Override
  public long weight() {
    return weight;
  }

  @Override
  public void requireHashable() {
    items.forEach(Value::requireHashable);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TupleValue that && hash == that.hash && items.equals(that.items);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
