package io.deltaport.converter.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ActivationFunctionsTest {
  private static final double[] POINTS = {-4, -0.75, 0.5, 1.25, 12};

  /** What {@code ACT2FN} of transformers gives there, in float64. */
  private static final String EXPECTED =
      """
      gelu -0.0001267 -0.1699705 0.3457312 1.1179378 12.0000000
      gelu_10 -0.0001267 -0.1699705 0.3457312 1.1179378 10.0000000
      gelu_accurate -0.0000702 -0.1700394 0.3457140 1.1177142 12.0000000
      gelu_fast -0.0000702 -0.1700394 0.3457140 1.1177142 12.0000000
      gelu_new -0.0000702 -0.1700394 0.3457140 1.1177142 12.0000000
      gelu_python -0.0001267 -0.1699705 0.3457312 1.1179378 12.0000000
      gelu_python_tanh -0.0000702 -0.1700394 0.3457140 1.1177142 12.0000000
      gelu_pytorch_tanh -0.0000702 -0.1700394 0.3457140 1.1177142 12.0000000
      hardswish -0.0000000 -0.2812500 0.2916667 0.8854167 12.0000000
      laplace 0.0000000 0.0000001 0.2314211 0.9728543 1.0000000
      leaky_relu -0.0400000 -0.0075000 0.5000000 1.2500000 12.0000000
      linear -4.0000000 -0.7500000 0.5000000 1.2500000 12.0000000
      mish -0.0725917 -0.2764947 0.3752452 1.1318703 12.0000000
      quick_gelu -0.0044147 -0.1636099 0.3503884 1.1169343 12.0000000
      relu 0.0000000 0.0000000 0.5000000 1.2500000 12.0000000
      relu2 0.0000000 0.0000000 0.2500000 1.5625000 144.0000000
      relu6 0.0000000 0.0000000 0.5000000 1.2500000 6.0000000
      sigmoid 0.0179862 0.3208213 0.6224593 0.7772999 0.9999939
      silu -0.0719448 -0.2406160 0.3112297 0.9716248 11.9999263
      sqrtsoftplus 0.1347217 0.6219896 0.9869534 1.2255322 3.4641025
      swish -0.0719448 -0.2406160 0.3112297 0.9716248 11.9999263
      tanh -0.9993293 -0.6351490 0.4621172 0.8482836 1.0000000
      """;

  @Test
  void theyAreTransformers() {
    EXPECTED
        .lines()
        .forEach(
            line -> {
              String[] fields = line.split(" ", -1);
              for (int i = 0; i < POINTS.length; i++) {
                assertEquals(
                    Double.parseDouble(fields[i + 1]),
                    ActivationFunctions.of(fields[0]).applyAsDouble(POINTS[i]),
                    2e-6,
                    fields[0] + " of " + POINTS[i]);
              }
            });
  }

  @Test
  void allAreCompared() {
    assertEquals(
        ActivationFunctions.names(),
        EXPECTED.lines().map(line -> line.replaceAll(" .*", "")).collect(Collectors.toSet()));
  }
}
