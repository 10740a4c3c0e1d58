package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/**
 * A built-in function or a method bound to its value.
 *
 * @param type Python's name of its type
 * @param printed how it prints
 * @param body what it does
 */
public record BuiltIn(String type, String printed, Body body) implements ObjectValue {

  /** What a function does. */
  @FunctionalInterface
  public interface Body {
    /** Does it. */
    Value call(Arguments arguments, Run run);
  }

  /** A method of a value. */
  public static <T extends Value> BuiltIn method(T self, String name, Method<T> method) {
    return new BuiltIn(
        "builtin_function_or_method",
        "<built-in method " + name + " of " + self.type() + " object at 0x0>",
        (arguments, run) -> method.call(self, arguments, run));
  }

  @Override
  public Value call(Arguments arguments, Run run) {
    return body.call(arguments, run);
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append(printed);
  }
}
