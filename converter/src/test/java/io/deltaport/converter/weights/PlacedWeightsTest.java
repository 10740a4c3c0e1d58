package io.deltaport.converter.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacedWeightsTest {
  private final PlacedWeights weights =
      new PlacedWeights(
          List.of(
              weight("norm", Role.FINAL_NORM.one()),
              weight("k.bias", Role.ATTENTION_K_BIAS.at(1)),
              weight("q.bias", Role.ATTENTION_Q_BIAS.at(1)),
              weight("up", Role.EXPERT_UP.at(1, 2))),
          Map.of("m.safetensors", 64L),
          Map.of());

  @Test
  void everyWeightThatNoGraphUsesIsListed() {
    weights.get(Role.FINAL_NORM.one());
    weights.find(Role.EXPERT_UP.at(1, 2));
    ConverterException e = assertThrows(ConverterException.class, weights::requireAllUsed);
    assertEquals(
        "k.bias: expected a graph that uses this weight, found none: ATTENTION_K_BIAS of layer 1; "
            + "q.bias: expected a graph that uses this weight, found none: ATTENTION_Q_BIAS of layer 1",
        e.getMessage());
  }

  @Test
  void askingWhetherAWeightIsThereIsNoUse() {
    weights.all().forEach(weight -> assertTrue(weights.has(weight.id())));
    assertEquals(
        4, assertThrows(ConverterException.class, weights::requireAllUsed).problems().size());
    weights.all().forEach(weight -> weights.get(weight.id()));
    weights.requireAllUsed();
  }

  @Test
  void aWeightThatTheGraphNeedsMustBeThere() {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> weights.get(Role.EXPERT_UP.at(1, 3)));
    assertEquals("no weight is EXPERT_UP of layer 1, expert 3", e.getMessage());
  }

  private static Weight weight(String name, WeightId id) {
    return Weight.plain(
        name, id, Format.F32, new Part("m.safetensors", DType.F32, Shape.of(4), 16));
  }
}
