package io.deltaport.template.value;

import java.util.ArrayList;
import java.util.List;

/** Collects the elements of a new list or tuple and charges them as they come. */
public final class ListBuilder {

  private static final int BYTES_OF_A_LIST = 64;
  private static final int BYTES_OF_AN_ELEMENT = 8;
  private static final int BYTES_OF_A_VALUE = 100;

  private final Run run;
  private final List<Value> items = new ArrayList<>();

  /** An empty one. */
  public ListBuilder(Run run) {
    this.run = run;
    run.allocate(BYTES_OF_A_LIST);
  }

  /** Adds one element. */
  public void add(Value item) {
    run.allocate(BYTES_OF_AN_ELEMENT + (isCharged(item) ? 0 : BYTES_OF_A_VALUE));
    run.step();
    items.add(item);
  }

  /**
   * Texts and containers are charged when they are made, numbers and the like not before they are
   * kept.
   */
  private static boolean isCharged(Value item) {
    return item instanceof StrValue
        || item instanceof ListValue
        || item instanceof TupleValue
        || item instanceof DictValue
        || item instanceof BoolValue
        || item instanceof NoneValue;
  }

  /** Adds them all. */
  public void addAll(List<Value> more) {
    run.allocate((long) BYTES_OF_AN_ELEMENT * more.size());
    items.addAll(more);
  }

  /** Adds them all so many times. */
  public void addAll(List<Value> more, long times) {
    run.allocate(Math.multiplyExact(times, (long) BYTES_OF_AN_ELEMENT * more.size()));
    for (long i = 0; i < times && !more.isEmpty(); i++) {
      items.addAll(more);
    }
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
