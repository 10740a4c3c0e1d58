package io.deltaport.runtime.padded;

import io.deltaport.runtime.FloatRows;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A float32 table {@code [batch, seq, width]} that has values at real tokens only. Valid until the
 * {@link PaddedResult} is closed.
 */
public final class PaddedRows {
  private final List<FloatRows> rows;
  private final int[][] places;

  /**
   * The rows of the batch's steps, and where they belong.
   *
   * @param rows one table a row of the batch; of those without a token, any
   * @param places {@code [batch][seq]}, the row of that table, -1 = none
   */
  PaddedRows(List<FloatRows> rows, int[][] places) {
    this.rows = rows;
    this.places = places;
  }

  public int batch() {
    return places.length;
  }

  public int seq() {
    return places[0].length;
  }

  public int width() {
    return rows.get(0).width();
  }

  /** Whether there are values at that place. */
  public boolean has(int b, int s) {
    return places[b][s] >= 0;
  }

  public float get(int b, int s, int column) {
    return rows.get(b).get(places[b][s], column);
  }

  /** The values of that place, a read-only view. */
  public FloatBuffer row(int b, int s) {
    return rows.get(b).row(places[b][s]);
  }
}
