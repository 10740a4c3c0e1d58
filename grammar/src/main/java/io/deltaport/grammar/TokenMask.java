package io.deltaport.grammar;

import java.util.Arrays;

/** A set of token ids that a matcher fills; meant to be used again and again. */
public final class TokenMask {
  private final int rows;
  private final long[] words;

  /**
   * An empty mask.
   *
   * @param rows ids of the model, those that pad its vocabulary included
   */
  public TokenMask(int rows) {
    this.rows = rows;
    this.words = new long[words(rows)];
  }

  /** Ids that may be in it: 0 to this, exclusive. */
  public int rows() {
    return rows;
  }

  public boolean allows(int id) {
    return id >= 0 && id < rows && (words[id >> 6] >>> id & 1) == 1;
  }

  /** Word {@code index}: bit {@code i} says whether id {@code 64 * index + i} is allowed. */
  public long word(int index) {
    return index < words.length ? words[index] : 0;
  }

  /** The first id that is allowed from this one on, or -1. */
  public int next(int from) {
    int word = from >> 6;
    if (word >= words.length) {
      return -1;
    }
    long rest = words[word] & -1L << from;
    while (rest == 0) {
      if (++word == words.length) {
        return -1;
      }
      rest = words[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(rest);
  }

  /** How many ids are allowed. */
  public int count() {
    return Arrays.stream(words).mapToInt(Long::bitCount).sum();
  }

  /** What the library fills. */
  long[] words() {
    return words;
  }

  private static int words(int rows) {
    return (rows + 63) / 64;
  }
}
