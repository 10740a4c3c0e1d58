package io.deltaport.runtime.state;

import java.util.Arrays;

/**
 * Numbered places with reference counts: the rows or the blocks of a pool. Not thread-safe; the
 * pool guards it.
 */
final class Slots {
  private int[] references = {};
  private int[] free = {};
  private int freeCount;

  Slots(int capacity) {
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
    for (int slot = capacity - 1; slot >= before; slot--) {
      free[freeCount++] = slot;
    }
  }

  /** A free place, now with one reference. */
  int take() {
    int slot = free[--freeCount];
    references[slot] = 1;
    return slot;
  }

  void retain(int slot) {
    if (references[slot] == 0) {
      throw new IllegalStateException("slot " + slot + " is free");
    }
    references[slot]++;
  }

  void release(int slot) {
    if (references[slot] == 0) {
      throw new IllegalStateException("slot " + slot + " is free");
    }
    if (--references[slot] == 0) {
      free[freeCount++] = slot;
    }
  }

  boolean isShared(int slot) {
    return references[slot] > 1;
  }
}
