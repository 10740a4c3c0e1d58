package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Which tokens of a step something is wanted of, by their place in the step. */
public final class RowSelection {
  public static final RowSelection NONE = new RowSelection(Kind.NONE);
  public static final RowSelection LAST = new RowSelection(Kind.LAST);
  public static final RowSelection ALL = new RowSelection(Kind.ALL);

  private enum Kind {
    NONE,
    LAST,
    ALL,
    LISTED
  }

  private final Kind kind;
  private final int[] listed;

  private RowSelection(Kind kind, int... listed) {
    this.kind = kind;
    this.listed = listed;
  }

  /** Those tokens of the step, 0 = its first, in that order; one may be named more than once. */
  public static RowSelection of(int... offsets) {
    return new RowSelection(Kind.LISTED, offsets.clone());
  }

  /** The tokens that the rows belong to, in a step of so many tokens. */
  public int[] rows(int tokens) {
    return switch (kind) {
      case NONE -> listed;
      case LAST -> new int[] {tokens - 1};
      case ALL -> IntStream.range(0, tokens).toArray();
      case LISTED -> checked(tokens);
    };
  }

  private int[] checked(int tokens) {
    for (int token : listed) {
      if (token < 0 || token >= tokens) {
        throw new RunException(
            RunException.Reason.ARGUMENT,
            "row selection: token %d of a step of %d tokens".formatted(token, tokens));
      }
    }
    return listed.clone();
  }

  @Override
  public String toString() {
    return kind == Kind.LISTED ? Arrays.toString(listed) : kind.name();
  }
}
