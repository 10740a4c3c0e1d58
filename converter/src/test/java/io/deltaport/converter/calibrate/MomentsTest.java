package io.deltaport.converter.calibrate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.quantize.Int4Encoder;
import io.deltaport.converter.rewrite.EncodedRows;
import io.deltaport.converter.rewrite.Feedback;
import io.deltaport.converter.rewrite.Floats;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MomentsTest {
  private static final int TOKENS = 601;
  private static final int WIDTH = 64;
  private static final int ROWS = 16;

  @Test
  void theFeedbackIsGptqs() {
    // x = (1, 0), (1, 1): H = [2 1; 1 1], damped by 5 % of 1.5; U[0][1] / U[0][0] = -H[0][1] /
    // H[1][1].
    Moments moments = new Moments(2);
    moments.add(new float[] {1, 0, 1, 1, 9, 9, 9, 9}, 2);
    float[] values = {0.5f, 0};
    Feedback feedback = moments.feedback().orElseThrow();
    feedback.spread(0.5f, 0, values, 0, 1, 2);
    assertEquals(0.5f / 1.075f, values[1], 1e-6f);
    // 1 / U[0][0]^2 is what is left of H[0][0] when the second column answers best.
    assertEquals(2.075f - 1 / 1.075f, feedback.importance()[0], 1e-5f);
  }

  @Test
  void theOutputsOverTheInputsAreCloserThanWithoutFeedback() {
    float[] x = inputs();
    Moments moments = new Moments(WIDTH);
    moments.add(x.clone(), TOKENS);
    double plain = error(x, Feedback.none(WIDTH));
    double calibrated = error(x, moments.feedback().orElseThrow());
    assertTrue(calibrated < 0.5 * plain, calibrated + " of " + plain);
  }

  @Test
  void inputsOfZeroGiveNoFeedback() {
    Moments moments = new Moments(3);
    moments.add(new float[12], 4);
    assertTrue(moments.feedback().isEmpty());
  }

  @Test
  void roundingIsTheSameWhateverTheTiles() {
    float[] x = inputs();
    Moments moments = new Moments(WIDTH);
    moments.add(x, TOKENS);
    Feedback feedback = moments.feedback().orElseThrow();
    float[] weights = weights();
    float[] whole = rounded(weights, ROWS, feedback);
    float[] half = new float[weights.length / 2];
    System.arraycopy(weights, half.length, half, 0, half.length);
    float[] second = new float[half.length];
    System.arraycopy(whole, half.length, second, 0, half.length);
    assertArrayEquals(second, rounded(half, ROWS / 2, feedback));
  }

  /** Eight directions that matter, and a little noise; room for the rows that pad. */
  private static float[] inputs() {
    Random random = new Random(3);
    float[] directions = gaussian(random, 8 * WIDTH);
    float[] x = new float[(TOKENS + 3) * WIDTH];
    for (int token = 0; token < TOKENS; token++) {
      float[] share = gaussian(random, 8);
      for (int i = 0; i < WIDTH; i++) {
        double value = 0.1 * random.nextGaussian();
        for (int k = 0; k < 8; k++) {
          value += share[k] * directions[k * WIDTH + i];
        }
        x[token * WIDTH + i] = (float) value;
      }
    }
    return x;
  }

  private static float[] weights() {
    return gaussian(new Random(5), ROWS * WIDTH);
  }

  private static float[] gaussian(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double error(float[] x, Feedback feedback) {
    float[] weights = weights();
    float[] rounded = rounded(weights, ROWS, feedback);
    double error = 0;
    for (int token = 0; token < TOKENS; token++) {
      for (int row = 0; row < ROWS; row++) {
        double y = 0;
        for (int i = 0; i < WIDTH; i++) {
          y +=
              x[token * WIDTH + i] * (double) (weights[row * WIDTH + i] - rounded[row * WIDTH + i]);
        }
        error += y * y;
      }
    }
    return error;
  }

  private static float[] rounded(float[] weights, int rows, Feedback feedback) {
    Int4Encoder encoder = new Int4Encoder(32);
    int blocks = WIDTH / 32;
    EncodedRows out = EncodedRows.allocate(rows * WIDTH / 2, rows * blocks * 2, 0);
    encoder.encode("w", weights.clone(), rows, WIDTH, feedback, out);
    ByteBuffer codes = out.data().flip();
    ByteBuffer scales = out.scales().flip();
    float[] rounded = new float[weights.length];
    for (int i = 0; i < rounded.length; i++) {
      int code = codes.get(i / 2) >> (i % 2 * 4) & 15;
      rounded[i] = Floats.fromF16(scales.getShort(i / 32 * 2)) * encoder.codebook().get(code);
    }
    return rounded;
  }
}
