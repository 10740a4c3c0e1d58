package io.deltaport.loader;

import java.util.List;

/**
 * What is given is not what it must be. The message is one line that names the file, the tensor or
 * key, what was expected and what was found; {@link #problems()} lists every problem. Each module
 * that reads or makes files has a subclass of its own.
 */
public abstract class ProblemsException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 20;

  private final transient List<Problem> problems;

  /** All problems of a thing; at least one. */
  protected ProblemsException(List<Problem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /** A problem that another error made. */
  protected ProblemsException(Problem problem, Throwable cause) {
    super(message(List.of(problem)), cause);
    this.problems = List.of(problem);
  }

  /** Every problem, in the order found. */
  public List<Problem> problems() {
    return problems;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
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
