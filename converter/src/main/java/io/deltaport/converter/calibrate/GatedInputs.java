package io.deltaport.converter.calibrate;

import io.deltaport.converter.rewrite.Rows;
import io.deltaport.converter.weights.Source;
import java.util.Arrays;

/** What goes into the down projection of an MLP: {@code silu(x gate^T) * (x up^T)}. */
final class GatedInputs {
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
  GatedInputs(Source gateSource, Rows gateRows, Rows upRows) {
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
        float silu = gated[i] / (1 + (float) Math.exp(-gated[i]));
        to[row * intermediate + i] = silu * plain[i] * weights[row];
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
