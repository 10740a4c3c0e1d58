package io.deltaport.evaluate.parity;

/** Where the real tokens of a padded batch {@code [batch, seq]} stand. */
interface Places {
  int batch();

  int seq();

  /** Whether there is a token at that place. */
  boolean has(int b, int s);

  /** What is done at a place. */
  interface Visit {
    void at(int b, int s);
  }

  /** Visits every token, row by row. */
  default void visit(Visit visit) {
    for (int b = 0; b < batch(); b++) {
      for (int s = 0; s < seq(); s++) {
        if (has(b, s)) {
          visit.at(b, s);
        }
      }
    }
  }

  /** Where a token lies in a tensor {@code [batch * seq, width]}. */
  default long index(int b, int s) {
    return (long) b * seq() + s;
  }

  /** The last {@code seq} columns of a mask. */
  static Places of(TokenTable mask, int seq) {
    return new Places() {
      @Override
      public int batch() {
        return mask.batch();
      }

      @Override
      public int seq() {
        return seq;
      }

      @Override
      public boolean has(int b, int s) {
        return mask.get(b, mask.seq() - seq + s) == 1;
      }
    };
  }
}
