package io.deltaport.converter.rewrite;

import java.util.Arrays;

/**
 * How a rounding error in one column of a matrix is made up for by the columns after it, so that
 * the outputs over the matrix's inputs change least: GPTQ's recursion. With {@code H} the inputs'
 * second moments and {@code H^-1 = U^T U}, {@code U} upper triangular, an error {@code e} of column
 * {@code i} takes {@code e / U[i][i] * U[i][j]} from each column {@code j} after it.
 */
public final class Feedback {
  private final float[][] upper;
  private final float[] importance;

  private Feedback(float[][] upper, float[] importance) {
    this.upper = upper;
    this.importance = importance;
  }

  /** No feedback: every column counts alike. */
  public static Feedback none(int columns) {
    float[] ones = new float[columns];
    Arrays.fill(ones, 1);
    return new Feedback(new float[0][], ones);
  }

  /**
   * Feedback by a factor, which is not copied.
   *
   * @param upper {@code U}, row {@code i} from column {@code i} on: {@code [columns - i]}
   */
  public static Feedback of(float[][] upper) {
    float[] importance = new float[upper.length];
    for (int i = 0; i < importance.length; i++) {
      importance[i] = 1 / (upper[i][0] * upper[i][0]);
    }
    return new Feedback(upper, importance);
  }

  /** What the squared error of a column counts, {@code [columns]}; not to be written. */
  public float[] importance() {
    return importance;
  }

  /**
   * Makes up for the error of column {@code column} in the columns {@code [from, until)} of a row
   * that begins at {@code row}.
   */
  public void spread(float error, int column, float[] values, int row, int from, int until) {
    if (upper.length == 0) {
      return;
    }
    float[] factors = upper[column];
    float share = error / factors[0];
    int shift = row + column;
    for (int j = from - column; j < until - column; j++) {
      values[shift + j] -= share * factors[j];
    }
  }
}
