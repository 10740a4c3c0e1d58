package io.deltaport.template;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deep copies of JSON values that nobody can change, and the check that they are such. */
final class PlainValues {

  private static final int DEEPEST = 200;

  private PlainValues() {}

  /** A list of objects. */
  static List<Map<String, Object>> objects(List<?> list, String where) {
    List<Map<String, Object>> objects = new ArrayList<>(list.size());
    for (Object item : list) {
      objects.add(object(item, where));
    }
    return Collections.unmodifiableList(objects);
  }

  /** An object. */
  static Map<String, Object> object(@Nullable Object value, String where) {
    if (value instanceof Map<?, ?> map) {
      return object(map, where, 0);
    }
    throw bad("\"" + where + "\" holds what is not an object");
  }

  private static Map<String, Object> object(Map<?, ?> map, String where, int depth) {
    Map<String, Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name)) {
        throw bad("\"" + where + "\" holds an object with a key that is no text");
      }
      copy.put(name, copy(entry.getValue(), where, depth + 1));
    }
    return Collections.unmodifiableMap(copy);
  }

  private static @Nullable Object copy(@Nullable Object value, String where, int depth) {
    if (depth > DEEPEST) {
      throw bad("\"" + where + "\" is nested deeper than " + DEEPEST);
    }
    if (value instanceof Map<?, ?> map) {
      return object(map, where, depth);
    }
    if (value instanceof List<?> list) {
      List<Object> items = new ArrayList<>(list.size());
      list.forEach(item -> items.add(copy(item, where, depth + 1)));
      return Collections.unmodifiableList(items);
    }
    if (value == null
        || value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof BigInteger
        || value instanceof Float
        || value instanceof Double) {
      return value;
    }
    throw bad("\"" + where + "\" holds a " + value.getClass().getName() + ", no JSON value");
  }

  private static TemplateException bad(String message) {
    return new TemplateException(Kind.REQUEST, message);
  }
}
