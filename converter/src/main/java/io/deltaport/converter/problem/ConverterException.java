package io.deltaport.converter.problem;

import io.deltaport.loader.Problem;
import java.util.List;

/**
 * The one exception of the converter: a checkpoint cannot be converted as asked. The message is one
 * line that names file and tensor, what was expected and what was found; {@link #problems()} lists
 * every problem.
 */
public final class ConverterException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 20;

  private final transient List<Problem> problems;

  /** One problem. */
  public ConverterException(Problem problem) {
    this(List.of(problem));
  }

  /** All problems of a conversion; at least one. */
  public ConverterException(List<Problem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /** A problem that another error made. */
  public ConverterException(Problem problem, Throwable cause) {
    super(message(List.of(problem)), cause);
    this.problems = List.of(problem);
  }

  /** Every problem, in the order found. */
  public List<Problem> problems() {
    return problems;
  }

  private static String message(List<Problem> problems) {
    StringBuilder message = new StringBuilder();
    for (Problem problem : problems.subList(0, Math.min(SHOWN, problems.size()))) {
      message.append(message.isEmpty() ? "" : "; ").append(problem);
    }
    if (problems.size() > SHOWN) {
      message.append("; and ").append(problems.size() - SHOWN).append(" more");
    }
    return message.toString();
  }
}
