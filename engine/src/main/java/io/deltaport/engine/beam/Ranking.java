package io.deltaport.engine.beam;

/**
 * The indices of scores, best first, equal ones by the lower index. A heap built in linear time
 * gives them one by one, so that the few best of a vocabulary cost no sort of it; those given lie
 * behind the heap, in the same array.
 */
final class Ranking {
  private final float[] scores;
  private final int[] heap;
  private int left;

  Ranking(float[] scores) {
    this.scores = scores;
    this.heap = new int[scores.length];
    this.left = scores.length;
    for (int i = 0; i < left; i++) {
      heap[i] = i;
    }
    for (int i = left / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  /** The index of the score of that rank, 0 = the best. */
  int at(int rank) {
    int place = heap.length - 1 - rank;
    while (left > place) {
      left--;
      swap(0, left);
      sink(0);
    }
    return heap[place];
  }

  private void sink(int from) {
    int parent = from;
    while (2 * parent + 1 < left) {
      int child = 2 * parent + 1;
      if (child + 1 < left && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (!isBefore(heap[child], heap[parent])) {
        return;
      }
      swap(parent, child);
      parent = child;
    }
  }

  private void swap(int a, int b) {
    int kept = heap[a];
    heap[a] = heap[b];
    heap[b] = kept;
  }

  private boolean isBefore(int a, int b) {
    return scores[a] > scores[b] || (scores[a] == scores[b] && a < b);
  }
}
