package io.deltaport.evaluate.parity;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.padded.PaddedRows;
import java.nio.FloatBuffer;

/** Our values {@code [batch, seq, width]}, with a row at each real token. */
interface Table extends Places {
  int width();

  /** The values of a token. */
  FloatBuffer row(int b, int s);

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
