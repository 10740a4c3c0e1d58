package io.deltaport.template.library;

import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code attribute} of a filter: {@code "a.b.0"} looks up item after item.
 *
 * @param parts the keys, numbers where the text has digits
 * @param otherwise what stands for an item that is undefined, null = it stays undefined
 */
record AttributePath(List<Value> parts, @Nullable Value otherwise) {

  static AttributePath of(@Nullable Value attribute, @Nullable Value otherwise) {
    return new AttributePath(parts(attribute), otherwise);
  }

  /** The paths of {@code "a,b.c"}. */
  static List<AttributePath> several(@Nullable Value attributes) {
    if (!(attributes instanceof StrValue text)) {
      return List.of(of(attributes, null));
    }
    List<AttributePath> paths = new ArrayList<>();
    for (String each : text.text().split(",", -1)) {
      paths.add(of(StrValue.of(each), null));
    }
    return paths;
  }

  private static List<Value> parts(@Nullable Value attribute) {
    if (attribute == null || attribute == NoneValue.NONE) {
      return List.of();
    }
    if (!(attribute instanceof StrValue text)) {
      return List.of(attribute);
    }
    List<Value> parts = new ArrayList<>();
    for (String part : text.text().split("\\.", -1)) {
      boolean digits = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
      parts.add(digits ? new IntValue(new BigInteger(part)) : StrValue.of(part));
    }
    return parts;
  }

  Value find(Value item, Run run) {
    Value value = item;
    for (Value part : parts) {
      run.step();
      value = Lookup.item(value, part, run);
      if (otherwise != null && value instanceof UndefinedValue) {
        value = otherwise;
      }
    }
    return value;
  }
}
