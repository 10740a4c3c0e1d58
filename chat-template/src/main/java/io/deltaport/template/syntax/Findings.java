package io.deltaport.template.syntax;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.value.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * Errors that are found while reading and thrown in the end. Filters and tests that do not exist.
 * It is an error to name one, but in an if or a conditional expression, where it is an error to use
 * it; what has a scope of its own inside of an if is outside again.
 */
final class Findings {

  private final List<TemplateException> errors = new ArrayList<>();
  private final List<TemplateException> late = new ArrayList<>();
  private int sure;

  void add(String message, Position at) {
    errors.add(new TemplateException(Kind.ASSERTION, message, at.line(), at.column(), null));
  }

  /** What is Jinja but no Python, which Python notices only after all that Jinja checks. */
  void addLate(TemplateException error) {
    late.add(error);
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
    if (!late.isEmpty()) {
      throw late.get(0);
    }
  }
}
