package io.deltaport.template.value;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's {@code dict}, in order of insertion; the sandbox lets no template change one. */
public final class DictValue implements Value {

  private static final int BYTES_OF_A_DICT = 128;
  private static final int BYTES_OF_AN_ENTRY = 96;

  private final Map<Value, Value> entries;
  private final long weight;

  /** A dict of these entries, which the caller does not change any more. */
  public DictValue(Map<Value, Value> entries) {
    this.entries = Collections.unmodifiableMap(entries);
    this.weight =
        Math.min(
            Sequence.weight(entries.keySet()) + Sequence.weight(entries.values()),
            Integer.MAX_VALUE);
  }

  /** A dict that the template has made. */
  public static DictValue of(Map<Value, Value> entries, Run run) {
    run.allocate(BYTES_OF_A_DICT + (long) BYTES_OF_AN_ENTRY * entries.size());
    return new DictValue(entries);
  }

  /** A dict of named values. */
  public static DictValue named(Map<String, Value> entries, Run run) {
    Map<Value, Value> map = new LinkedHashMap<>();
    entries.forEach((name, value) -> map.put(StrValue.of(name), value));
    return of(map, run);
  }

  /** The entries. */
  public Map<Value, Value> entries() {
    return entries;
  }

  /** The value at a key, or null. */
  public @Nullable Value get(Value key, Run run) {
    return entries.get(key(key, run));
  }

  /** The key itself, checked that it can be one. */
  public static Value key(Value key, Run run) {
    run.work(key.weight());
    key.requireHashable();
    return key;
  }

  @Override
  public String type() {
    return "dict";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    run.enter();
    out.append('{');
    String separator = "";
    for (Map.Entry<Value, Value> entry : entries.entrySet()) {
      run.step();
      out.append(separator);
      entry.getKey().repr(out, run);
      out.append(": ");
      entry.getValue().repr(out, run);
      run.output(out.length());
      separator = ", ";
    }
    out.append('}');
    run.leave();
  }

  @Override
  public boolean truth() {
    return !entries.isEmpty();
  }

  @Override
  public long length() {
    return entries.size();
  }

  @Override
  public Iterator<Value> iterate(Run run) {
    return entries.keySet().iterator();
  }

  @Override
  public boolean contains(Value item, Run run) {
    return entries.containsKey(key(item, run));
  }

  @Override
  public long weight() {
    return weight;
  }

  @Override
  public void requireHashable() {
    throw Raise.type("unhashable type: 'dict'");
  }
}
