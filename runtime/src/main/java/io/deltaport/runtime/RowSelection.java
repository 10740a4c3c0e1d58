package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import java.util.Arrays;

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

  /** How many rows that is in a step of so many tokens. */
  public int count(int tokens) {
    return switch (kind) {
      case NONE -> 0;
      case LAST -> 1;
      case ALL -> tokens;
      case LISTED -> listed.length;
    };
  }

  /** The token that row {@code row} belongs to, in a step of so many tokens. */
  public int offset(int row, int tokens) {
    int offset =
        switch (kind) {
          case NONE -> -1;
          case LAST -> tokens - 1;
          case ALL -> row;
          case LISTED -> listed[row];
        };
    if (offset < 0 || offset >= tokens) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "row selection: token %d of a step of %d tokens".formatted(offset, tokens));
    }
    return offset;
  }

  @Override
  public String toString() {
    return kind == Kind.LISTED ? Arrays.toString(listed) : kind.name();
  }
}
