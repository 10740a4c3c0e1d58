package io.deltaport.template.value;

import java.util.ArrayList;
import java.util.List;

/** Collects the elements of a new list or tuple and charges them as they come. */
public final class ListBuilder {

  private static final int BYTES_OF_AN_ELEMENT = 8;

  private final Run run;
  private final List<Value> items = new ArrayList<>();

  /** An empty one. */
  public ListBuilder(Run run) {
    this.run = run;
  }

  /** Adds one element. */
  public void add(Value item) {
    run.allocate(BYTES_OF_AN_ELEMENT);
    run.step();
    items.add(item);
  }

  /** Adds them all. */
  public void addAll(List<Value> more) {
    run.allocate((long) BYTES_OF_AN_ELEMENT * more.size());
    items.addAll(more);
  }

  /** How many there are. */
  public int size() {
    return items.size();
  }

  /** The list. */
  public ListValue build() {
    return new ListValue(items);
  }

  /** The tuple. */
  public TupleValue buildTuple() {
    return new TupleValue(items);
  }
}
