package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** A filter: {@code value | name(arguments)}. */
@FunctionalInterface
public interface Filter {

  /** The filtered value. */
  Value apply(Value value, Arguments arguments, Run run);
}
