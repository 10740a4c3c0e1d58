package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.run.Lease;
import java.nio.FloatBuffer;

/**
 * A float32 table {@code [rows, width]} in memory that a {@link StepResult} owns: valid until that
 * is closed, nothing is copied.
 */
public final class FloatRows {
  private final FloatBuffer data;
  private final int rows;
  private final int width;
  private final Lease lease;

  FloatRows(FloatBuffer data, int rows, int width, Lease lease) {
    this.data = data;
    this.rows = rows;
    this.width = width;
    this.lease = lease;
  }

  /**
   * A table over a buffer's remaining floats, which must be {@code rows * width}; it shares them.
   */
  public static FloatRows wrap(FloatBuffer data, int rows, int width) {
    if (data.remaining() != Math.multiplyExact(rows, width)) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "a table of %d x %d needs %d floats, found %d"
              .formatted(rows, width, (long) rows * width, data.remaining()));
    }
    return new FloatRows(data.slice(), rows, width, new Lease());
  }

  public int rows() {
    return rows;
  }

  public int width() {
    return width;
  }

  public float get(int row, int column) {
    lease.check();
    return data.get(index(row) + checkedColumn(column));
  }

  /** A read-only view of one row, position 0 to {@code width}. */
  public FloatBuffer row(int row) {
    lease.check();
    return data.slice(index(row), width).asReadOnlyBuffer();
  }

  /** Copies one row to the start of {@code to}. */
  public void copyRow(int row, float[] to) {
    lease.check();
    data.get(index(row), to, 0, width);
  }

  /** The rows {@code from} to {@code from + count}. */
  public FloatRows slice(int from, int count) {
    lease.check();
    if (from < 0 || count < 0 || from > rows - count) {
      throw new IndexOutOfBoundsException(
          "rows %d to %d of %d".formatted(from, from + count, rows));
    }
    return new FloatRows(data.slice(from * width, count * width), count, width, lease);
  }

  FloatBuffer buffer() {
    lease.check();
    return data.duplicate();
  }

  private int index(int row) {
    if (row < 0 || row >= rows) {
      throw new IndexOutOfBoundsException("row %d of %d".formatted(row, rows));
    }
    return row * width;
  }

  private int checkedColumn(int column) {
    if (column < 0 || column >= width) {
      throw new IndexOutOfBoundsException("column %d of %d".formatted(column, width));
    }
    return column;
  }
}
