package io.deltaport.template.library;

import java.util.Set;

/**
 * Names with two underscores that every Python object has: a template that wants one wants out of
 * the sandbox.
 */
final class Dunders {

  private static final Set<String> NAMES =
      Set.of(
          "__class__",
          "__delattr__",
          "__dir__",
          "__doc__",
          "__eq__",
          "__format__",
          "__ge__",
          "__getattribute__",
          "__getstate__",
          "__gt__",
          "__hash__",
          "__init__",
          "__init_subclass__",
          "__le__",
          "__lt__",
          "__ne__",
          "__new__",
          "__reduce__",
          "__reduce_ex__",
          "__repr__",
          "__setattr__",
          "__sizeof__",
          "__str__",
          "__subclasshook__");

  private Dunders() {}

  static boolean isOne(String name) {
    return NAMES.contains(name);
  }
}
