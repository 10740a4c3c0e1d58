package io.deltaport.template.value;

import java.util.Iterator;

/**
 * A generator or another iterator: it can be walked once, and errors come while walking. It prints
 * as in Python, at the address 0.
 */
public final class IteratorValue implements Value {

  private final String type;
  private final String printed;
  private final Iterator<Value> items;

  private IteratorValue(String type, String printed, Iterator<Value> items) {
    this.type = type;
    this.printed = printed;
    this.items = items;
  }

  /** An iterator of this Python type. */
  public static IteratorValue of(String type, Iterator<Value> items) {
    return new IteratorValue(type, "<" + type + " object at 0x0>", items);
  }

  /** A generator that this function has made. */
  public static IteratorValue generator(String function, Iterator<Value> items) {
    return new IteratorValue("generator", "<generator object " + function + " at 0x0>", items);
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append(printed);
  }

  @Override
  public Iterator<Value> iterate(Run run) {
    return items;
  }

  @Override
  public boolean contains(Value item, Run run) {
    while (items.hasNext()) {
      run.step();
      Value next = items.next();
      if (next == item || Comparison.equal(next, item, run)) {
        return true;
      }
    }
    return false;
  }
}
