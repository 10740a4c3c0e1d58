package io.deltaport.template.library;

import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.DictView;
import io.deltaport.template.value.Index;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.NumberValue;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.RangeValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code value.name} and {@code value[key]} as Jinja's immutable sandbox looks them up: one tries
 * the attribute first, the other the item. Methods that change a value and names that start with an
 * underscore are undefined with a security error.
 */
public final class Lookup {

  private Lookup() {}

  /** {@code value.name}. */
  public static Value attribute(Value value, String name, Run run) {
    Value attribute = attributeOnly(value, name, run);
    if (attribute != null) {
      return attribute;
    }
    Value item = subscript(value, StrValue.of(name), run);
    return item != null ? item : UndefinedValue.attribute(value, name);
  }

  /** {@code value[key]}. */
  public static Value item(Value value, Value key, Run run) {
    Value item = subscript(value, key, run);
    if (item != null) {
      return item;
    }
    if (!(key instanceof StrValue name)) {
      StringBuilder text = new StringBuilder();
      key.repr(text, run);
      return UndefinedValue.element(value, text.toString());
    }
    Value attribute = attributeOnly(value, name.text(), run);
    return attribute != null ? attribute : UndefinedValue.attribute(value, name.text());
  }

  /** The attribute alone, or null where the value has none of this name. */
  static @Nullable Value attributeOnly(Value value, String name, Run run) {
    if (Dunders.isOne(name)) {
      return UndefinedValue.unsafe(value, name);
    }
    if (value instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (value instanceof StrValue text) {
      return StrMethods.find(text, name);
    }
    if (value instanceof DictValue dict) {
      return DictMethods.find(dict, name);
    }
    if (value instanceof ListValue list) {
      return ListMethods.find(list, name);
    }
    if (value instanceof TupleValue tuple) {
      Value named = tuple.named(name);
      return named != null ? named : ListMethods.find(tuple, name);
    }
    if (value instanceof NumberValue number) {
      return NumberAttributes.find(number, name);
    }
    if (value instanceof RangeValue range) {
      return ListMethods.find(range, name);
    }
    return value instanceof ObjectValue object ? object.attribute(name, run) : null;
  }

  /** Python's {@code value[key]}, or null where it raises a TypeError or LookupError. */
  private static @Nullable Value subscript(Value value, Value key, Run run) {
    if (value instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (value instanceof DictValue dict) {
      return isHashable(key) ? dict.get(key, run) : null;
    }
    if (!Index.isIndex(key) || !isIndexed(value)) {
      return null;
    }
    long length = value.length();
    long index = Index.of(key);
    index = index < 0 ? index + length : index;
    if (index < 0 || index >= length) {
      return null;
    }
    if (value instanceof StrValue text) {
      run.read(text.text().length());
      int start = text.offset(index);
      int end = text.text().offsetByCodePoints(start, 1);
      return text.with(text.text().substring(start, end), run);
    }
    return value instanceof RangeValue range ? range.get(index) : items(value).get((int) index);
  }

  private static boolean isHashable(Value key) {
    if (key instanceof TupleValue tuple) {
      return tuple.items().stream().allMatch(Lookup::isHashable);
    }
    return !(key instanceof ListValue || key instanceof DictValue || key instanceof DictView);
  }

  private static boolean isIndexed(Value value) {
    return value instanceof StrValue
        || value instanceof ListValue
        || value instanceof TupleValue
        || value instanceof RangeValue;
  }

  private static List<Value> items(Value value) {
    return value instanceof ListValue list ? list.items() : ((TupleValue) value).items();
  }
}
