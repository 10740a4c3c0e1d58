package io.deltaport.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.engine.output.StopStrings;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.runtime.options.RunException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplingTest {
  static Stream<Supplier<Object>> wrong() {
    Sampling greedy = Sampling.GREEDY;
    GenerationOptions ten = GenerationOptions.greedy(10);
    return Stream.of(
        () -> greedy.withTemperature(-1),
        () -> greedy.withTemperature(Double.NaN),
        () -> greedy.withTopK(-1),
        () -> greedy.withTopP(0),
        () -> greedy.withTopP(1.01),
        () -> greedy.withMinP(-0.1),
        () -> greedy.withRepetitionPenalty(0),
        () -> greedy.withPresencePenalty(Double.POSITIVE_INFINITY),
        () -> greedy.withFrequencyPenalty(Double.NaN),
        () -> greedy.withLogitBias(Map.of(-1, 0f)),
        () -> greedy.withLogitBias(Map.of(1, 100.5f)),
        () -> greedy.withLogitBias(Map.of(1, Float.NaN)),
        () -> GenerationOptions.greedy(0),
        () -> ten.withBeams(0),
        () -> ten.withLogProbs(-1),
        () -> ten.withLengthPenalty(Double.NaN),
        () -> ten.withBeams(2).withLogProbs(1),
        () -> ten.withBeams(2).with(greedy.withTemperature(1)),
        () -> ten.withBeams(2).with(greedy.withRepetitionPenalty(2)),
        () -> new StopStrings(List.of("a", "")),
        () -> new GenerationOptions(1, 0, 1, 1, 1, greedy, Set.of(), List.of(), -1));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongValueCannotExist(Supplier<Object> wrong) {
    assertThrows(RunException.class, wrong::get);
  }
}
