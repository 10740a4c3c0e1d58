package io.deltaport.template.library;

import io.deltaport.template.value.Value;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The items that pass, found one by one. */
public final class Sieve implements Iterator<Value> {

  private final Iterator<Value> items;
  private final Predicate<Value> passes;
  private @Nullable Value next;

  /** The items of these that pass. */
  public Sieve(Iterator<Value> items, Predicate<Value> passes) {
    this.items = items;
    this.passes = passes;
  }

  @Override
  public boolean hasNext() {
    while (next == null && items.hasNext()) {
      Value item = items.next();
      next = passes.test(item) ? item : null;
    }
    return next != null;
  }

  @Override
  public Value next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    Value item = next;
    next = null;
    return item;
  }
}
