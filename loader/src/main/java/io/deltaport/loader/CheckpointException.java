package io.deltaport.loader;

import java.util.List;

/** A checkpoint, a model directory, or a file of one, is not what it must be. */
public final class CheckpointException extends ProblemsException {
  private static final long serialVersionUID = 1L;

  /** One problem. */
  public CheckpointException(Problem problem) {
    this(List.of(problem));
  }

  /** All problems of a file; at least one. */
  public CheckpointException(List<Problem> problems) {
    super(problems);
  }

  /** A problem that an I/O error made. */
  public CheckpointException(Problem problem, Throwable cause) {
    super(problem, cause);
  }

  /** One problem: where it is, what must hold there, and what is there instead. */
  public static CheckpointException refused(String where, String expected, String found) {
    return new CheckpointException(new Problem(where, expected, found));
  }

  /** The same problems, seen from the file that holds them. */
  public CheckpointException in(String file) {
    return new CheckpointException(problems().stream().map(problem -> problem.in(file)).toList());
  }
}
