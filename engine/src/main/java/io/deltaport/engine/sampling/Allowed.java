package io.deltaport.engine.sampling;

import java.util.Arrays;
import java.util.Collection;

/**
 * Which ids may be picked: a bit an id, 64 of them a word, the lowest bit the lowest id. Asked once
 * a word, so that a pick skips whole words of ids that may not.
 */
@FunctionalInterface
public interface Allowed {
  /** Any id. */
  Allowed ALL = index -> -1L;

  /** Word {@code index}: ids {@code 64 * index} to {@code 64 * index + 63}. */
  long word(int index);

  /** Whether this id may be picked. */
  default boolean is(int id) {
    return (word(id >> 6) >>> id & 1) != 0; // a shift by a long's id counts modulo 64
  }

  /** The ids whose bit is set. The words are not copied; ids beyond them may not be picked. */
  static Allowed of(long... words) {
    return index -> index < words.length ? words[index] : 0;
  }

  /** Any id but these. */
  static Allowed allBut(Collection<Integer> banned) {
    int most = banned.stream().mapToInt(id -> id).max().orElse(-1);
    long[] free = new long[(most >> 6) + 1];
    Arrays.fill(free, -1L);
    banned.forEach(id -> free[id >> 6] &= ~(1L << id));
    return index -> index < free.length ? free[index] : -1L;
  }
}
