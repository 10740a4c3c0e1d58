package io.deltaport.evaluate.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class DistancesTest {
  private static final Windows.Piece PIECE = Windows.runs(new int[] {0, 1, 0}, 512).get(0).get(0);

  @Test
  void isTheDivergenceFromTheReferenceNotToIt() {
    // The reference has 1/2, 1/2; ours 1/4, 3/4: KL = ln 2 / 2 + ln(2/3) / 2. The second row is
    // equal.
    FloatRows reference = rows(0, 0, 1, 2, 0, 0);
    FloatRows ours = rows(0, (float) Math.log(3), 1, 2, 9, 0);
    Distances distances = new Distances();
    distances.add(PIECE, reference, ours);
    double kl = Math.log(2) / 2 + Math.log(2.0 / 3) / 2;
    assertEquals(kl / 2, distances.divergence().klMean(), 1e-7);
    assertEquals(kl * 0.999, distances.divergence().klP999(), 1e-7);
    assertEquals(0.5, distances.divergence().top1Agreement());
  }

  @Test
  void vocabulariesMustBeEqual() {
    FloatRows wide = FloatRows.wrap(FloatBuffer.allocate(9), 3, 3);
    assertThrows(
        RunException.class, () -> new Distances().add(PIECE, wide, rows(0, 0, 0, 0, 0, 0)));
  }

  @Test
  void aPercentileLiesBetweenRanks() {
    assertEquals(2.5, Distances.percentile(new double[] {1, 2, 3, 4}, 0.5));
    assertEquals(4, Distances.percentile(new double[] {1, 2, 3, 4}, 1));
    assertEquals(7, Distances.percentile(new double[] {7}, 0.999));
  }

  private static FloatRows rows(float... logits) {
    return FloatRows.wrap(FloatBuffer.wrap(logits), 3, 2);
  }
}
