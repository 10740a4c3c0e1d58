package io.deltaport.engine.cache;

import java.util.Arrays;

/** How many entries hold each of some numbered places: slots or blocks. */
final class References {
  private int[] counts = new int[64];
  private int held;

  /** Places that at least one holds. */
  int held() {
    return held;
  }

  void add(int... places) {
    for (int place : places) {
      if (place >= counts.length) {
        counts = Arrays.copyOf(counts, Math.max(place + 1, 2 * counts.length));
      }
      held += counts[place]++ == 0 ? 1 : 0;
    }
  }

  void remove(int... places) {
    for (int place : places) {
      held -= --counts[place] == 0 ? 1 : 0;
    }
  }

  /** How many would be held with these. */
  int heldWith(int... places) {
    int more = 0;
    for (int place : places) {
      more += place >= counts.length || counts[place] == 0 ? 1 : 0;
    }
    return held + more;
  }

  /** How many of these only one holds. */
  int alone(int... places) {
    int alone = 0;
    for (int place : places) {
      alone += counts[place] == 1 ? 1 : 0;
    }
    return alone;
  }
}
