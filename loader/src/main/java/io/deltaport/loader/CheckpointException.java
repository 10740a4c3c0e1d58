package io.deltaport.loader;

import java.util.List;

/**
 * The one exception of the loader: a checkpoint, or a file of one, is not what it must be. The
 * message is one line that names the file, the tensor or key, what was expected and what was found;
 * {@link #problems()} lists every problem.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 20;

  private final transient List<Problem> problems;

  /** One problem. */
  public CheckpointException(Problem problem) {
    this(List.of(problem));
  }

  /** All problems of a file; at least one. */
  public CheckpointException(List<Problem> problems) {
    super(message(problems));
    this.problems = List.copyOf(problems);
  }

  /** A problem that an I/O error made. */
  public CheckpointException(Problem problem, Throwable cause) {
    super(message(List.of(problem)), cause);
    this.problems = List.of(problem);
  }

  /** The same problems, seen from the file that holds them. */
  public CheckpointException in(String file) {
    return new CheckpointException(problems.stream().map(problem -> problem.in(file)).toList());
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
