package io.deltaport.template.value;

import org.jspecify.annotations.Nullable;

/** Something that is only equal to itself: a function, a method, a macro, a loop, a namespace. */
public non-sealed interface ObjectValue extends Value {

  /** The value of an attribute, or null where it has none of this name. */
  default @Nullable Value attribute(String name, Run run) {
    return null;
  }

  /** Whether it can be called. */
  default boolean isCallable() {
    return true;
  }

  /** Whether it can be iterated. */
  default boolean isIterable() {
    return false;
  }

  /** Calls it. */
  default Value call(Arguments arguments, Run run) {
    throw Raise.type("'" + type() + "' object is not callable");
  }

  @Override
  default void repr(StringBuilder out, Run run) {
    out.append('<').append(type()).append(" object at 0x0>");
  }
}
