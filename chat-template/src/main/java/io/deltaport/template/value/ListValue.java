package io.deltaport.template.value;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Python's {@code list}; the sandbox lets no template change one. */
public final class ListValue implements Value {

  private final List<Value> items;
  private final long weight;

  /** A list of these elements, which the caller does not change any more. */
  public ListValue(List<Value> items) {
    this.items = Collections.unmodifiableList(items);
    this.weight = Sequence.weight(items);
  }

  /** The elements. */
  public List<Value> items() {
    return items;
  }

  @Override
  public String type() {
    return "list";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    Sequence.repr(items, "[", "]", out, run);
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
    throw Raise.type("unhashable type: 'list'");
  }
}
