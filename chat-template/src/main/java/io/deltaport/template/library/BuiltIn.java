package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/**
 * A built-in function or a method bound to its value.
 *
 * @param type Python's name of its type
 * @param name of a method; how a function prints
 * @param owner Python's name of the type of the value that a method is bound to, empty for a
 *     function
 * @param body what it does
 */
public record BuiltIn(String type, String name, String owner, Body body) implements ObjectValue {

  /** What a function does. */
  @FunctionalInterface
  public interface Body {
    /** Does it. */
    Value call(Arguments arguments, Run run);
  }

  /** A function that prints like this. */
  static BuiltIn function(String type, String printed, Body body) {
    return new BuiltIn(type, printed, "", body);
  }

  /** A method of a value. */
  public static <T extends Value> BuiltIn method(T self, String name, Method<T> method) {
    return new BuiltIn(
        "builtin_function_or_method",
        name,
        self.type(),
        (arguments, run) -> method.call(self, arguments, run));
  }

  @Override
  public Value call(Arguments arguments, Run run) {
    return body.call(arguments, run);
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    if (owner.isEmpty()) {
      out.append(name);
    } else {
      out.append("<built-in method ").append(name).append(" of ").append(owner);
      out.append(" object at 0x0>");
    }
  }
}
