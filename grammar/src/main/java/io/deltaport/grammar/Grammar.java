package io.deltaport.grammar;

/** A compiled grammar. Safe to share between threads. */
public final class Grammar implements AutoCloseable {
  private final GrammarTokens tokens;
  private final int rows;

  /** A matcher at the start, never moved. */
  private long start;

  Grammar(long start, GrammarTokens tokens, int rows) {
    this.start = start;
    this.tokens = tokens;
    this.rows = rows;
  }

  /** The start of an output. */
  public synchronized GrammarMatcher matcher() {
    if (start == 0) {
      throw new IllegalStateException("the grammar is closed");
    }
    return new GrammarMatcher(Native.matcherCopy(start), tokens, rows);
  }

  /** Its matchers stay usable. */
  @Override
  public synchronized void close() {
    if (start != 0) {
      Native.matcherFree(start);
      start = 0;
    }
  }
}
