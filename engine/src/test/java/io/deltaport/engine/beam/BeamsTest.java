package io.deltaport.engine.beam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.Goldens;
import io.deltaport.engine.beam.Beams.Beam;
import io.deltaport.engine.beam.Beams.Continuation;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.runtime.LogSoftmax;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BeamsTest {
  static Stream<JsonNode> cases() {
    return Goldens.read("beams.json").stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsTransformers(JsonNode golden) {
    List<float[]> table =
        IntStream.range(0, golden.get("hundredths").size())
            .mapToObj(row -> Goldens.hundredths(golden.get("hundredths").get(row)))
            .toList();
    Set<Integer> stop =
        Arrays.stream(Goldens.ints(golden.get("stop"))).boxed().collect(Collectors.toSet());
    int count = golden.get("beams").intValue();
    int kept = Math.max(2, 1 + stop.size()) * count;
    GenerationOptions options =
        GenerationOptions.greedy(golden.get("max_new_tokens").intValue())
            .withBeams(count)
            .withLengthPenalty(golden.get("length_penalty").doubleValue());
    Beams beams = new Beams(options, beam -> stop.contains(beam.last()));
    beams.advance(List.of(continuations(table.get(golden.get("start").intValue()), kept)), kept);
    while (!beams.running().isEmpty()) {
      beams.advance(
          beams.running().stream().map(b -> continuations(table.get(b.last()), kept)).toList(),
          kept);
    }
    assertEquals(
        Arrays.stream(Goldens.ints(golden.get("ids"))).boxed().toList(), beams.best().tokens());
  }

  @Test
  void parentsPointAtTheBeamsThatRanBefore() {
    Beams beams = new Beams(GenerationOptions.greedy(9).withBeams(2), beam -> false);
    beams.advance(List.of(List.of(new Continuation(5, -1), new Continuation(6, -2))), 4);
    beams.advance(
        List.of(
            List.of(new Continuation(7, -9), new Continuation(8, -9)),
            List.of(new Continuation(7, -1), new Continuation(8, -2))),
        4);
    assertEquals(
        List.of(List.of(6, 7), List.of(6, 8)), beams.running().stream().map(Beam::tokens).toList());
    assertTrue(beams.running().stream().allMatch(beam -> beam.parent() == 1));
  }

  private static List<Continuation> continuations(float[] logits, int kept) {
    double total = LogSoftmax.logSumExp(FloatBuffer.wrap(logits));
    return IntStream.range(0, logits.length)
        .mapToObj(id -> new Continuation(id, (float) (logits[id] - total)))
        .sorted(Comparator.comparingDouble((Continuation next) -> -next.logProbability()))
        .limit(kept)
        .toList();
  }
}
