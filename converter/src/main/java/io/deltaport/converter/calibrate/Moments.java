package io.deltaport.converter.calibrate;

import io.deltaport.converter.rewrite.Feedback;
import java.util.Optional;

/**
 * Second moments of a matrix's inputs, {@code H = sum of x x^T}: the upper triangle, row {@code i}
 * from column {@code i} on.
 */
final class Moments {
  /** What is added to the diagonal, as a share of its mean: rare inputs are not trusted. */
  private static final double DAMPING = 0.05;

  private static final int TOGETHER = 4;

  private final float[][] sums;
  private final int width;

  Moments(int width) {
    this.width = width;
    this.sums = new float[width][];
    for (int i = 0; i < width; i++) {
      sums[i] = new float[width - i];
    }
  }

  /**
   * Adds inputs.
   *
   * @param rows {@code [count, width]}; a count that is no multiple of four needs room for one
   */
  void add(float[] rows, int count) {
    int padded = (count + TOGETHER - 1) / TOGETHER * TOGETHER;
    for (int i = count * width; i < padded * width; i++) {
      rows[i] = 0;
    }
    for (int row = 0; row < padded; row += TOGETHER) {
      addFour(rows, row * width);
    }
  }

  private void addFour(float[] rows, int at) {
    int second = at + width;
    int third = second + width;
    int fourth = third + width;
    for (int i = 0; i < width; i++) {
      addRow(sums[i], rows, new int[] {at + i, second + i, third + i, fourth + i});
    }
  }

  private static void addRow(float[] sum, float[] rows, int[] at) {
    int first = at[0];
    int second = at[1];
    int third = at[2];
    int fourth = at[3];
    float a = rows[first];
    float b = rows[second];
    float c = rows[third];
    float d = rows[fourth];
    for (int j = 0; j < sum.length; j++) {
      sum[j] +=
          a * rows[first + j] + b * rows[second + j] + c * rows[third + j] + d * rows[fourth + j];
    }
  }

  /** The feedback that these moments ask for; none where all inputs were zero. */
  Optional<Feedback> feedback() {
    double trace = 0;
    for (float[] row : sums) {
      trace += row[0];
    }
    if (!(trace > 0) || Double.isInfinite(trace)) {
      return Optional.empty();
    }
    return Optional.of(Feedback.of(factor(DAMPING * trace / width)));
  }

  /**
   * {@code U} with {@code H^-1 = U^T U}: the moments in reverse order are {@code R^T R}, and {@code
   * U} is the inverse of {@code R}, transposed, in reverse order.
   */
  private float[][] factor(double damping) {
    double[][] inverse = inverse(cholesky(reversed(damping)));
    float[][] upper = new float[width][];
    for (int i = 0; i < width; i++) {
      upper[i] = new float[width - i];
      for (int j = i; j < width; j++) {
        upper[i][j - i] = (float) inverse[width - 1 - j][j - i];
      }
    }
    return upper;
  }

  private double[][] reversed(double damping) {
    double[][] reversed = new double[width][];
    for (int i = 0; i < width; i++) {
      reversed[i] = new double[width - i];
      for (int j = i; j < width; j++) {
        reversed[i][j - i] = sums[width - 1 - j][j - i];
      }
      reversed[i][0] += damping;
    }
    return reversed;
  }

  /** {@code R}, upper, of a positive definite matrix {@code R^T R}, in its place. */
  private static double[][] cholesky(double[][] matrix) {
    for (int k = 0; k < matrix.length; k++) {
      double[] pivot = matrix[k];
      double root = 1 / Math.sqrt(pivot[0]);
      for (int j = 0; j < pivot.length; j++) {
        pivot[j] *= root;
      }
      for (int i = 1; i < pivot.length; i++) {
        subtract(pivot[i], pivot, i, matrix[k + i]);
      }
    }
    return matrix;
  }

  /** The inverse of an upper triangular matrix. */
  private static double[][] inverse(double[][] upper) {
    int n = upper.length;
    double[][] inverse = new double[n][];
    for (int i = n - 1; i >= 0; i--) {
      double[] row = new double[n - i];
      for (int k = 1; k < row.length; k++) {
        double factor = upper[i][k];
        double[] below = inverse[i + k];
        for (int j = 0; j < below.length; j++) {
          row[k + j] -= factor * below[j];
        }
      }
      row[0] = 1;
      for (int j = 0; j < row.length; j++) {
        row[j] /= upper[i][0];
      }
      inverse[i] = row;
    }
    return inverse;
  }

  /** {@code to[j] -= factor * from[shift + j]}. */
  private static void subtract(double factor, double[] from, int shift, double[] to) {
    for (int j = 0; j < to.length; j++) {
      to[j] -= factor * from[shift + j];
    }
  }
}
