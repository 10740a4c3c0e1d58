package io.deltaport.runtime.parity;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.PaddedRows;
import java.nio.FloatBuffer;

/** Our values {@code [batch, seq, width]}, with a row at each real token. */
interface Table {
  int batch();

  int seq();

  int width();

  /** Whether there is a token at that place. */
  boolean has(int b, int s);

  /** Its values. */
  FloatBuffer row(int b, int s);

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
  default long place(int b, int s) {
    return (long) b * seq() + s;
  }

  /** A padded batch's. */
  static Table of(PaddedRows rows) {
    return new Table() {
      @Override
      public int batch() {
        return rows.batch();
      }

      @Override
      public int seq() {
        return rows.seq();
      }

      @Override
      public int width() {
        return rows.width();
      }

      @Override
      public boolean has(int b, int s) {
        return rows.has(b, s);
      }

      @Override
      public FloatBuffer row(int b, int s) {
        return rows.row(b, s);
      }
    };
  }

  /** One sequence's. */
  static Table of(FloatRows rows) {
    return new Table() {
      @Override
      public int batch() {
        return 1;
      }

      @Override
      public int seq() {
        return rows.rows();
      }

      @Override
      public int width() {
        return rows.width();
      }

      @Override
      public boolean has(int b, int s) {
        return true;
      }

      @Override
      public FloatBuffer row(int b, int s) {
        return rows.row(s);
      }
    };
  }
}
