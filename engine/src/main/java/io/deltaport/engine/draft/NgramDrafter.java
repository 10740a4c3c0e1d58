package io.deltaport.engine.draft;

import java.util.Arrays;

/**
 * Guesses that a text goes on as it did before: of the latest places that end like the text does,
 * the one that agrees longest, and what followed it. Looks at the tokens of one output, prompt
 * included. Costs two ints a token. Belongs to one thread.
 */
public final class NgramDrafter {
  private static final int LONGEST = 16;
  private static final int SHORTEST = 2;
  private static final int PLACES = 32;

  private int[] ids = new int[64];
  private int size;

  /** Where the latest pair of tokens of a hash ends, 0 = nowhere; a power of two long. */
  private int[] latest = new int[128];

  /** The pair of the same hash before the one that ends there, 0 = none. */
  private int[] before = new int[64];

  /** The next tokens of the text. */
  public void add(int... next) {
    for (int id : next) {
      note(); // what ended before this token has a follower now
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, 2 * size);
        before = Arrays.copyOf(before, 2 * size);
        widen();
      }
      ids[size++] = id;
    }
  }

  private void note() {
    if (size >= SHORTEST) {
      int hash = hash(size);
      before[size - 1] = latest[hash];
      latest[hash] = size;
    }
  }

  private void widen() {
    latest = new int[2 * ids.length];
    for (int end = SHORTEST; end <= size; end++) {
      int hash = hash(end);
      before[end - 1] = latest[hash];
      latest[hash] = end;
    }
  }

  /** Up to so many tokens that may come next; none where nothing like the end was there before. */
  public int[] propose(int most) {
    int best = 0;
    int longest = SHORTEST - 1;
    int end = size < SHORTEST ? 0 : latest[hash(size)];
    for (int place = 0; end > 0 && place < PLACES && longest < LONGEST; place++) {
      int same = same(end);
      if (same > longest) {
        longest = same;
        best = end;
      }
      end = before[end - 1];
    }
    return best == 0
        ? new int[0]
        : Arrays.copyOfRange(ids, best, Math.min(size, best + Math.max(0, most)));
  }

  /** How many tokens before that place are those at the end. */
  private int same(int end) {
    int same = 0;
    while (same < LONGEST && same < end && ids[end - 1 - same] == ids[size - 1 - same]) {
      same++;
    }
    return same;
  }

  /** Of the two tokens that end there. */
  private int hash(int end) {
    int hash = ids[end - 1] * 0x9E3779B9 + ids[end - 2] * 0x85EBCA6B;
    return (hash ^ (hash >>> 15)) & (latest.length - 1);
  }
}
