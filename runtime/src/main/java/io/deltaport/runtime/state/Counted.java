package io.deltaport.runtime.state;

import java.util.Arrays;

/**
 * Numbered places with reference counts: the slots or the blocks of a pool. Not thread-safe; the
 * pool guards it.
 */
final class Counted {
  private int[] references = {};
  private int[] free = {};
  private int freeCount;

  Counted(int capacity) {
    grow(capacity);
  }

  int capacity() {
    return references.length;
  }

  int available() {
    return freeCount;
  }

  /** Adds places, all free. */
  void grow(int capacity) {
    int before = references.length;
    references = Arrays.copyOf(references, capacity);
    free = Arrays.copyOf(free, capacity);
    for (int place = capacity - 1; place >= before; place--) {
      free[freeCount++] = place;
    }
  }

  /** A free place, now with one reference. */
  int take() {
    int place = free[--freeCount];
    references[place] = 1;
    return place;
  }

  void retain(int place) {
    if (references[place] == 0) {
      throw new IllegalStateException("place " + place + " is free");
    }
    references[place]++;
  }

  void release(int place) {
    if (references[place] == 0) {
      throw new IllegalStateException("place " + place + " is free");
    }
    if (--references[place] == 0) {
      free[freeCount++] = place;
    }
  }

  int references(int place) {
    return references[place];
  }

  boolean isShared(int place) {
    return references[place] > 1;
  }
}
