package io.deltaport.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.Goldens;
import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SamplerTest {
  private static final int DRAWS = 20_000;
  private static final Sampling PLAIN = Sampling.GREEDY.withTemperature(1);
  private static final float[] LOGITS = {1, 4, 2, 4, 3};

  static Stream<JsonNode> cases() {
    return Goldens.read("sampling.json").stream();
  }

  /** The seed is fixed, so this does not depend on luck: five standard deviations are its bound. */
  @ParameterizedTest
  @MethodSource("cases")
  void drawsWithTheProbabilitiesOfTransformers(JsonNode golden) {
    Sampler sampler =
        new Sampler(sampling(golden.get("options")), Goldens.ints(golden.get("seen")));
    float[] logits = Goldens.hundredths(golden.get("hundredths"));
    int[] drawn = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      drawn[sampler.pick(FloatBuffer.wrap(logits))]++;
    }
    for (int id = 0; id < drawn.length; id++) {
      double p = golden.get("probabilities").get(id).doubleValue();
      double deviation = Math.sqrt(DRAWS * p * (1 - p));
      assertEquals(DRAWS * p, drawn[id], 5 * deviation + 1e-9, "token " + id);
    }
  }

  @Test
  void greedyTakesTheBestAndOfEqualsTheLowerId() {
    assertEquals(1, new Sampler(Sampling.GREEDY).pick(FloatBuffer.wrap(LOGITS)));
  }

  @Test
  void theSameSeedDrawsTheSame() {
    assertArrayEquals(draws(PLAIN.withSeed(7)), draws(PLAIN.withSeed(7)));
    assertNotEquals(
        java.util.Arrays.toString(draws(PLAIN.withSeed(7))),
        java.util.Arrays.toString(draws(PLAIN.withSeed(8))));
  }

  @Test
  void theBestTokensAloneDrawWhatAllTokensDraw() {
    Sampling sampling = PLAIN.withTopK(3).withTopP(0.9).withSeed(3);
    Sampler ofBest = new Sampler(sampling);
    int[] best =
        IntStream.range(0, 50)
            .map(i -> ofBest.pick(new Ranked(List.of(1, 3, 4), List.of(4f, 4f, 3f))))
            .toArray();
    assertArrayEquals(draws(sampling), best);
  }

  /** More than are asked for, as where log-probabilities of more are wanted too. */
  @Test
  void onlyAsManyOfTheBestTokensCountAsAreAskedFor() {
    Sampler greedy = new Sampler(Sampling.GREEDY);
    assertEquals(3, greedy.pick(new Ranked(List.of(3, 1), List.of(1f, 1f))));
    Sampler ofThree = new Sampler(PLAIN.withTopK(3).withTopP(0.9).withSeed(3));
    Ranked four = new Ranked(List.of(1, 3, 4, 2), List.of(4f, 4f, 3f, 2f));
    int[] best = IntStream.range(0, 50).map(i -> ofThree.pick(four)).toArray();
    assertArrayEquals(draws(PLAIN.withTopK(3).withTopP(0.9).withSeed(3)), best);
  }

  private record Ranked(List<Integer> ids, List<Float> logits) implements BestTokens {
    @Override
    public int count() {
      return ids.size();
    }

    @Override
    public int id(int rank) {
      return ids.get(rank);
    }

    @Override
    public float logit(int rank) {
      return logits.get(rank);
    }
  }

  @Test
  void presenceCountsOnceAndFrequencyEachTime() {
    Sampling sampling = Sampling.GREEDY.withPresencePenalty(0.5).withFrequencyPenalty(0.5);
    Sampler sampler = new Sampler(sampling, 4, 4, 4);
    sampler.accept(1);
    sampler.accept(1);
    sampler.accept(3);
    // Token 1 has 4 - 0.5 - 2 * 0.5 = 2.5, token 3 has 4 - 0.5 - 0.5 = 3, token 4 (in the prompt
    // only) 3.
    assertEquals(3, sampler.pick(FloatBuffer.wrap(LOGITS)));
    sampler.accept(3);
    assertEquals(4, sampler.pick(FloatBuffer.wrap(LOGITS)));
  }

  @Test
  void repetitionCountsThePromptAndTheOutput() {
    Sampler sampler = new Sampler(Sampling.GREEDY.withRepetitionPenalty(2), 1);
    sampler.accept(3);
    assertEquals(4, sampler.pick(FloatBuffer.wrap(LOGITS)));
  }

  @Test
  void asksForNoMoreTokensThanItNeeds() {
    assertEquals(1, new Sampler(Sampling.GREEDY).best());
    assertEquals(40, new Sampler(PLAIN.withTopK(40)).best());
    assertEquals(0, new Sampler(PLAIN.withTopP(0.9)).best());
    assertEquals(0, new Sampler(Sampling.GREEDY.withRepetitionPenalty(1.1)).best());
  }

  @Test
  void logitsThatAreNotFiniteAreAnError() {
    assertThrows(
        RunException.class,
        () -> new Sampler(Sampling.GREEDY).pick(new Ranked(List.of(0), List.of(Float.NaN))));
    assertThrows(
        RunException.class,
        () -> new Sampler(PLAIN).pick(FloatBuffer.wrap(new float[] {Float.NaN})));
  }

  @Test
  void aTinyTemperatureTakesTheBest() {
    assertEquals(
        1, new Sampler(PLAIN.withTemperature(1e-300).withTopK(1)).pick(FloatBuffer.wrap(LOGITS)));
    float[] clear = {0, 1, 0};
    assertEquals(1, new Sampler(PLAIN.withTemperature(1e-300)).pick(FloatBuffer.wrap(clear)));
  }

  private static int[] draws(Sampling sampling) {
    Sampler sampler = new Sampler(sampling);
    return IntStream.range(0, 50).map(i -> sampler.pick(FloatBuffer.wrap(LOGITS))).toArray();
  }

  private static Sampling sampling(JsonNode options) {
    return PLAIN
        .withTemperature(options.path("temperature").asDouble(1))
        .withTopK(options.path("top_k").asInt(0))
        .withTopP(options.path("top_p").asDouble(1))
        .withMinP(options.path("min_p").asDouble(0))
        .withRepetitionPenalty(options.path("repetition_penalty").asDouble(1))
        .withSeed(1);
  }
}
