package io.deltaport.converter.calibrate;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** A growing table of float32, {@code [rows, width]}. */
public final class FloatTable {
  private static final int CHUNK = 512;

  private final int width;
  private final List<float[]> chunks = new ArrayList<>();
  private int rows;

  /** No rows yet. */
  public FloatTable(int width) {
    this.width = width;
  }

  /** Appends a row, the {@code width} next floats. */
  public void add(FloatBuffer row) {
    if (rows % CHUNK == 0) {
      chunks.add(new float[Math.multiplyExact(CHUNK, width)]);
    }
    row.get(chunks.get(rows / CHUNK), rows % CHUNK * width, width);
    rows++;
  }

  public int rows() {
    return rows;
  }

  public int width() {
    return width;
  }

  /** Copies a row to {@code to}, from {@code at} on. */
  public void copyRow(int row, float[] to, int at) {
    System.arraycopy(chunks.get(row / CHUNK), row % CHUNK * width, to, at, width);
  }
}
