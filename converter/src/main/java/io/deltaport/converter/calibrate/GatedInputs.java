package io.deltaport.converter.calibrate;

import io.deltaport.converter.rewrite.Rows;
import io.deltaport.converter.weights.StoredWeight;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** What goes into the down projection of an MLP: {@code act(x gate^T) * (x up^T)}. */
final class GatedInputs {
  private final DoubleUnaryOperator activation;
  private final int width;
  private final float[] gate;
  private final float[] up;
  private final int intermediate;

  /**
   * The two projections that begin an MLP, {@code [intermediate, hidden]}.
   *
   * @param gateRows of {@code gateSource}
   * @param upRows of the up projection of the same shape
   */
  GatedInputs(DoubleUnaryOperator activation, StoredWeight gateSource, Rows gateRows, Rows upRows) {
    this.activation = activation;
    this.intermediate = Math.toIntExact(gateSource.shape().dim(0));
    this.width = Math.toIntExact(gateSource.shape().dim(1));
    this.gate = transposed(gateRows);
    this.up = transposed(upRows);
  }

  int intermediate() {
    return intermediate;
  }

  /**
   * Fills {@code to [count, intermediate]} from {@code x [count, hidden]}, each row times its
   * weight.
   */
  void fill(float[] x, int count, float[] weights, float[] to) {
    float[] gated = new float[intermediate];
    float[] plain = new float[intermediate];
    for (int row = 0; row < count; row++) {
      multiply(x, row * width, gate, gated);
      multiply(x, row * width, up, plain);
      for (int i = 0; i < intermediate; i++) {
        float active = (float) activation.applyAsDouble(gated[i]);
        to[row * intermediate + i] = active * plain[i] * weights[row];
      }
    }
  }

  private void multiply(float[] x, int at, float[] matrix, float[] y) {
    Arrays.fill(y, 0);
    for (int column = 0; column < width; column++) {
      float value = x[at + column];
      int from = column * intermediate;
      for (int i = 0; i < y.length; i++) {
        y[i] += value * matrix[from + i];
      }
    }
  }

  private float[] transposed(Rows rows) {
    float[] values = new float[Math.multiplyExact(intermediate, width)];
    rows.read(0, intermediate, values);
    float[] transposed = new float[values.length];
    for (int row = 0; row < intermediate; row++) {
      for (int column = 0; column < width; column++) {
        transposed[column * intermediate + row] = values[row * width + column];
      }
    }
    return transposed;
  }
}
