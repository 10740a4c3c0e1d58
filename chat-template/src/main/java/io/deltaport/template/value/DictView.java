package io.deltaport.template.value;

import java.util.Iterator;
import java.util.Map;

/** What {@code keys()}, {@code values()} and {@code items()} of a dict return. */
public record DictView(DictValue dict, Part part) implements Value {

  /** What of the dict it shows. */
  public enum Part {
    /** The keys. */
    KEYS("dict_keys"),
    /** The values. */
    VALUES("dict_values"),
    /** Pairs of both. */
    ITEMS("dict_items");

    private final String type;

    Part(String type) {
      this.type = type;
    }
  }

  @Override
  public String type() {
    return part.type;
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append(type()).append('(');
    list(run).repr(out, run);
    out.append(')');
  }

  @Override
  public boolean truth() {
    return dict.truth();
  }

  @Override
  public long length() {
    return dict.length();
  }

  @Override
  public Iterator<Value> iterate(Run run) {
    return switch (part) {
      case KEYS -> dict.iterate(run);
      case VALUES -> dict.entries().values().iterator();
      case ITEMS -> items(dict.entries().entrySet().iterator(), run);
    };
  }

  private static Iterator<Value> items(Iterator<Map.Entry<Value, Value>> entries, Run run) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Value next() {
        Map.Entry<Value, Value> entry = entries.next();
        run.allocate(64);
        return TupleValue.of(entry.getKey(), entry.getValue());
      }
    };
  }

  @Override
  public boolean contains(Value item, Run run) {
    return part == Part.KEYS ? dict.contains(item, run) : list(run).contains(item, run);
  }

  @Override
  public long weight() {
    return dict.weight();
  }

  @Override
  public void requireHashable() {
    if (part != Part.VALUES) {
      throw Raise.type("unhashable type: '" + type() + "'");
    }
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
