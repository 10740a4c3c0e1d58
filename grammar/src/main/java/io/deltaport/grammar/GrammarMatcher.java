package io.deltaport.grammar;

import java.util.Arrays;

/**
 * Where one output stands in its grammar. Belongs to one thread at a time.
 *
 * <p>A grammar that turns out to need more than {@link GrammarLimits} allow for a mask makes the
 * call fail, and every later one.
 */
public final class GrammarMatcher implements AutoCloseable {
  private final GrammarTokens tokens;
  private final int rows;
  private long handle;

  GrammarMatcher(long handle, GrammarTokens tokens, int rows) {
    this.handle = handle;
    this.tokens = tokens;
    this.rows = rows;
  }

  /** Fills a mask with the ids that are legal next: none once an end id was taken. */
  public void mask(TokenMask mask) {
    if (mask.rows() != rows) {
      throw new GrammarException(
          "expected a mask of %d ids, found %d".formatted(rows, mask.rows()));
    }
    Native.mask(open(), mask.words());
  }

  /** How many ids of a draft are legal, one after the other. The state stays as it is. */
  public int accepts(int... draft) {
    return Native.accepts(open(), draft);
  }

  /**
   * Moves on by these ids.
   *
   * @throws GrammarException if one of them is not legal; the state stays as it was
   */
  public void consume(int... ids) {
    Native.consume(open(), ids);
  }

  /**
   * Takes the last ids back, as if they had never been consumed.
   *
   * @throws GrammarException if fewer were consumed
   */
  public void rollback(int count) {
    if (count < 0) {
      throw new GrammarException("expected a count of ids, found " + count);
    }
    Native.rollback(open(), count);
  }

  /** Whether the output may end here. */
  public boolean isAccepting() {
    return Native.isAccepting(open());
  }

  /** Whether nothing but an end id may follow, or one was taken. */
  public boolean isStopped() {
    return Native.isStopped(open());
  }

  /**
   * Ids that spell what any output must go on with, legal one after the other; none where the
   * grammar leaves a choice. They are a draft and not the only way to spell it. The last token of
   * forced text is left out: a model may write a longer one.
   */
  public int[] forced() {
    int[] ids = ForcedBytes.ids(Native.forced(open()), tokens);
    return Arrays.copyOf(ids, accepts(ids));
  }

  /** A matcher in the same state that goes its own way. */
  public GrammarMatcher copy() {
    return new GrammarMatcher(Native.matcherCopy(open()), tokens, rows);
  }

  @Override
  public void close() {
    if (handle != 0) {
      Native.matcherFree(handle);
      handle = 0;
    }
  }

  private long open() {
    if (handle == 0) {
      throw new IllegalStateException("the matcher is closed");
    }
    return handle;
  }
}
