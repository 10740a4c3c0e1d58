package io.deltaport.engine.sampling;

import java.util.Arrays;

/**
 * Some tokens and their logits, the worst at the top of a heap: the best of many can be kept as
 * they come by, and be put in order. Of equal logits the lower id is the better. Its arrays are
 * used again and again.
 */
final class Candidates {
  private static final int FEW = 64;

  private int[] ids = new int[FEW];
  private float[] logits = new float[FEW];
  private int count;
  private int most;

  /** Forgets all; from now on the best {@code limit} are kept. */
  void clear(int limit) {
    count = 0;
    most = limit;
  }

  int count() {
    return count;
  }

  /** After {@link #sort}: the id of that rank, 0 = the best. */
  int id(int rank) {
    return ids[rank];
  }

  /** Its logit. */
  float logit(int rank) {
    return logits[rank];
  }

  /** Takes a token in, if it is among the best so far. */
  void offer(int id, float logit) {
    if (count < most) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, 2 * count);
        logits = Arrays.copyOf(logits, 2 * count);
      }
      ids[count] = id;
      logits[count] = logit;
      rise(count++);
    } else if (isWorse(logits[0], ids[0], logit, id)) {
      ids[0] = id;
      logits[0] = logit;
      sink(count);
    }
  }

  /** Puts them in order, the best first; none is taken in after that. */
  void sort() {
    for (int left = count - 1; left > 0; left--) {
      swap(0, left);
      sink(left);
    }
  }

  private void rise(int from) {
    int child = from;
    while (child > 0 && isBelow(child, (child - 1) / 2)) {
      swap(child, (child - 1) / 2);
      child = (child - 1) / 2;
    }
  }

  private void sink(int size) {
    int parent = 0;
    while (2 * parent + 1 < size) {
      int child = 2 * parent + 1;
      if (child + 1 < size && isBelow(child + 1, child)) {
        child++;
      }
      if (!isBelow(child, parent)) {
        return;
      }
      swap(parent, child);
      parent = child;
    }
  }

  private boolean isBelow(int a, int b) {
    return isWorse(logits[a], ids[a], logits[b], ids[b]);
  }

  private static boolean isWorse(float logit, int id, float otherLogit, int otherId) {
    return logit < otherLogit || (logit == otherLogit && id > otherId);
  }

  private void swap(int a, int b) {
    int id = ids[a];
    ids[a] = ids[b];
    ids[b] = id;
    float logit = logits[a];
    logits[a] = logits[b];
    logits[b] = logit;
  }
}
