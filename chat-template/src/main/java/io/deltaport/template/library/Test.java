package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;

/** A test: {@code value is name(arguments)}. */
@FunctionalInterface
public interface Test {

  /** Whether it holds. */
  Value apply(Value value, Arguments arguments, Run run);
}
