package io.deltaport.converter.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.loader.config.RopeParameters;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The numbers are those of transformers 5.24.0 for a head of 48 dims of which half rotate. */
@SuppressWarnings("FloatingPointLiteralPrecision") // as Python prints them
class RotaryTest {
  @Test
  @DisplayName("pitfall 24: frequencies are over the rotary dims")
  void defaultRope() {
    assertFrequencies(
        new RopeParameters.Default(10000, 0.5),
        1.0f,
        0.46415889f,
        0.21544345f,
        0.1f,
        0.046415884f,
        0.021544348f,
        0.01f,
        0.0046415897f,
        0.0021544343f,
        0.001f,
        0.00046415895f,
        0.00021544342f);
  }

  @Test
  @DisplayName("pitfall 24: linear")
  void linear() {
    assertFrequencies(
        new RopeParameters.Linear(10000, 0.5, 3),
        0.33333334f,
        0.15471964f,
        0.071814485f,
        0.033333335f,
        0.015471961f,
        0.0071814493f,
        0.0033333332f,
        0.0015471965f,
        0.00071814476f,
        0.00033333336f,
        0.00015471964f,
        7.1814473e-05f);
  }

  @Test
  @DisplayName("pitfall 24: yarn")
  void yarn() {
    RopeParameters yarn =
        new RopeParameters.Yarn(
            10000,
            0.5,
            4,
            512,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            32,
            1,
            true);
    assertFrequencies(
        yarn,
        1.0f,
        0.46415889f,
        0.18312693f,
        0.07f,
        0.025528736f,
        0.0086177392f,
        0.0025f,
        0.0011603974f,
        0.00053860858f,
        0.00025f,
        0.00011603974f,
        5.3860855e-05f);
    assertEquals(1.138629436111989, yarn.attentionFactor(), 1e-15);
  }

  @Test
  @DisplayName("pitfall 24: llama3")
  void llama3() {
    assertFrequencies(
        new RopeParameters.Llama3(10000, 0.5, 8, 1, 4, 512),
        1.0f,
        0.46415889f,
        0.21544345f,
        0.1f,
        0.043468755f,
        0.0074410047f,
        0.00125f,
        0.00058019871f,
        0.00026930429f,
        0.000125f,
        5.8019868e-05f,
        2.6930427e-05f);
  }

  private static void assertFrequencies(RopeParameters rope, float... expected) {
    List<Float> found = rope.map(new Rotary(48, 24, rope.ropeTheta())).get(0);
    assertEquals(expected.length, found.size());
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found.get(i), 3 * Math.ulp(expected[i]), "frequency " + i);
    }
  }
}
