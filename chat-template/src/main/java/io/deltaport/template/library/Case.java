package io.deltaport.template.library;

import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;

/** Whether texts that differ in case only are the same to a filter. */
enum Case {
  COUNTS,
  IGNORED;

  static Case of(boolean sensitive) {
    return sensitive ? COUNTS : IGNORED;
  }

  /** What a value is compared by. */
  Value key(Value value) {
    return this == IGNORED && value instanceof StrValue text
        ? StrValue.of(StrCase.lower(text.text()))
        : value;
  }
}
