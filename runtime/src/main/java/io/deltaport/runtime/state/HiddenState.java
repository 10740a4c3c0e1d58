package io.deltaport.runtime.state;

import java.nio.FloatBuffer;

/** The final-normed hidden state of one token, kept for the MTP head. */
public final class HiddenState {
  private final float[] values;

  private HiddenState(float[] values) {
    this.values = values;
  }

  /** Copies the remaining floats. */
  public static HiddenState copyOf(FloatBuffer data) {
    float[] values = new float[data.remaining()];
    data.get(data.position(), values);
    return new HiddenState(values);
  }

  /** A read-only view of them. */
  public FloatBuffer values() {
    return FloatBuffer.wrap(values).asReadOnlyBuffer();
  }
}
