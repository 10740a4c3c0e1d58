package io.deltaport.runtime;

import io.deltaport.runtime.run.Lease;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;

/**
 * The best tokens of each row of logits, best first, equal ones by the lower id: {@code [rows, k]},
 * in memory that a {@link StepResult} owns.
 */
public final class TopTokens {
  private final LongBuffer ids;
  private final FloatBuffer values;
  private final int rows;
  private final int stride;
  private final int k;
  private final Lease lease;

  TopTokens(LongBuffer ids, FloatBuffer values, int rows, int stride, int k, Lease lease) {
    this.ids = ids;
    this.values = values;
    this.rows = rows;
    this.stride = stride;
    this.k = k;
    this.lease = lease;
  }

  public int rows() {
    return rows;
  }

  /** How many tokens a row has. */
  public int k() {
    return k;
  }

  public int id(int row, int rank) {
    return (int) ids.get(index(row, rank));
  }

  /** The logit of that token. */
  public float value(int row, int rank) {
    return values.get(index(row, rank));
  }

  private int index(int row, int rank) {
    lease.check();
    if (row < 0 || row >= rows || rank < 0 || rank >= k) {
      throw new IndexOutOfBoundsException(
          "row %d, rank %d of %d rows of %d".formatted(row, rank, rows, k));
    }
    return row * stride + rank;
  }
}
