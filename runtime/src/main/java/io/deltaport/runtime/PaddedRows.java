package io.deltaport.runtime;

import java.nio.FloatBuffer;

/**
 * A float32 table {@code [batch, seq, width]} that has values at real tokens only. Valid until the
 * {@link PaddedResult} is closed.
 */
public final class PaddedRows {
  private final FloatRows rows;
  private final int[][] places;

  /**
   * Rows and where they belong.
   *
   * @param places {@code [batch][seq]}, the row of {@code rows}, -1 = none
   */
  PaddedRows(FloatRows rows, int[][] places) {
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
    return rows.width();
  }

  /** Whether there are values at that place. */
  public boolean has(int b, int s) {
    return places[b][s] >= 0;
  }

  public float get(int b, int s, int column) {
    return rows.get(places[b][s], column);
  }

  /** The values of that place, a read-only view. */
  public FloatBuffer row(int b, int s) {
    return rows.row(places[b][s]);
  }
}
