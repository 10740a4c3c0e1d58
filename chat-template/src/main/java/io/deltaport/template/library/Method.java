package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** A method of a Python type. */
@FunctionalInterface
public interface Method<T extends Value> {

  /** Calls it on this value. */
  Value call(T self, Arguments arguments, Run run);
}
