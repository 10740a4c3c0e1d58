package io.deltaport.template.tree;

import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code {a: b}}. */
public record DictLiteral(List<Entry> entries) implements Expression {

  /** A key and its value. */
  public record Entry(Expression key, Expression value) {}

  /** Copies. */
  public DictLiteral {
    entries = List.copyOf(entries);
  }

  @Override
  public Value evaluate(Scope scope, Run run) {
    Map<Value, Value> map = new LinkedHashMap<>();
    for (Entry entry : entries) {
      Value key = entry.key.value(scope, run);
      Value value = entry.value.value(scope, run);
      map.put(DictValue.key(key, run), value);
    }
    return DictValue.of(map, run);
  }
}
