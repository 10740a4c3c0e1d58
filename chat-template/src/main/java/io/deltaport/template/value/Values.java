package io.deltaport.template.value;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plain Java values, as JSON has them, to values of a template. */
public final class Values {

  private Values() {}

  /**
   * The value of null, a Boolean, a number, a String, a List or a Map.
   *
   * @throws TemplateException of kind {@link Kind#REQUEST} for anything else
   */
  public static Value of(@Nullable Object value) {
    if (value == null) {
      return NoneValue.NONE;
    }
    if (value instanceof String text) {
      return StrValue.of(text);
    }
    if (value instanceof Boolean bool) {
      return BoolValue.of(bool);
    }
    if (value instanceof Number number) {
      return of(number);
    }
    if (value instanceof List<?> list) {
      List<Value> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(of(item)));
      return new ListValue(items);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Value, Value> entries = new LinkedHashMap<>();
      map.forEach((key, item) -> entries.put(of(key), of(item)));
      return new DictValue(entries);
    }
    throw notJson(value);
  }

  private static Value of(Number number) {
    if (number instanceof Double || number instanceof Float || number instanceof BigDecimal) {
      return new FloatValue(number.doubleValue());
    }
    if (number instanceof BigInteger integer) {
      return new IntValue(integer);
    }
    if (number instanceof Integer
        || number instanceof Long
        || number instanceof Short
        || number instanceof Byte) {
      return IntValue.of(number.longValue());
    }
    throw notJson(number);
  }

  private static TemplateException notJson(Object value) {
    return new TemplateException(
        Kind.REQUEST, "a value of " + value.getClass().getName() + " is not a JSON value");
  }
}
