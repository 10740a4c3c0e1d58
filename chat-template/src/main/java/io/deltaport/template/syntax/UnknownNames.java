package io.deltaport.template.syntax;

import io.deltaport.template.TemplateException;
import io.deltaport.template.TemplateException.Kind;
import io.deltaport.template.value.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * Filters and tests that do not exist. It is an error to name one, but in an if or a conditional
 * expression, where it is an error to use it; what has a scope of its own inside of an if is
 * outside again.
 */
final class UnknownNames {

  private final List<TemplateException> errors = new ArrayList<>();
  private int sure;

  void add(String message, Position at) {
    errors.add(new TemplateException(Kind.ASSERTION, message, at.line(), at.column(), null));
  }

  /** What is found from here on may be excused by {@link #excuse}. */
  int mark() {
    return errors.size();
  }

  /** What was found since the mark stands in an if, but what a scope has {@link #keep kept}. */
  void excuse(int mark) {
    while (errors.size() > Math.max(mark, sure)) {
      errors.remove(errors.size() - 1);
    }
  }

  /** What was found until here is an error, whatever lies around it. */
  void keep(int mark) {
    if (errors.size() > mark) {
      sure = errors.size();
    }
  }

  void check() {
    if (!errors.isEmpty()) {
      throw errors.get(0);
    }
  }
}
