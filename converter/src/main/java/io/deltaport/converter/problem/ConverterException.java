package io.deltaport.converter.problem;

import io.deltaport.loader.Problem;
import io.deltaport.loader.ProblemsException;
import java.util.List;

/** A checkpoint cannot be converted as asked. */
public final class ConverterException extends ProblemsException {
  private static final long serialVersionUID = 1L;

  /** One problem. */
  public ConverterException(Problem problem) {
    this(List.of(problem));
  }

  /** All problems of a conversion; at least one. */
  public ConverterException(List<Problem> problems) {
    super(problems);
  }

  /** A problem that another error made. */
  public ConverterException(Problem problem, Throwable cause) {
    super(problem, cause);
  }

  /** One problem: where it is, what must hold there, and what is there instead. */
  public static ConverterException refused(String where, String expected, String found) {
    return new ConverterException(new Problem(where, expected, found));
  }
}
