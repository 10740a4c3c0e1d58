package io.deltaport.template.library;

import io.deltaport.template.value.Value;
import java.util.Iterator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An iterator that is made when it is first asked, as the body of a Python generator runs then. */
final class Lazy implements Iterator<Value> {

  private final Supplier<Iterator<Value>> source;
  private @Nullable Iterator<Value> items;

  Lazy(Supplier<Iterator<Value>> source) {
    this.source = source;
  }

  private Iterator<Value> items() {
    if (items == null) {
      items = source.get();
    }
    return items;
  }

  @Override
  public boolean hasNext() {
    return items().hasNext();
  }

  @Override
  public Value next() {
    return items().next();
  }
}
