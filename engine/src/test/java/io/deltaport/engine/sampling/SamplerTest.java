package io.deltaport.engine.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.Goldens;
import io.deltaport.runtime.options.RunException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static final int DRAWS = 20_000;
  private static final int MANY = 1000;
  private static final long SEED = 1;
  private static final Sampling PLAIN = Sampling.GREEDY.withTemperature(1);
  private static final float[] LOGITS = {1, 4, 2, 4, 3};

  /** Chi-square is below {@code 2 * freedom + 20} but for one time in ten thousand. */
  private static final int FREE = 20;

  static Stream<JsonNode> cases() {
    return Goldens.read("sampling.json").stream();
  }

  /** The seed is fixed, so this does not depend on luck. */
  @ParameterizedTest
  @MethodSource("cases")
  void drawsWithTheProbabilitiesOfTransformers(JsonNode golden) {
    Sampling sampling = sampling(golden.get("options"));
    float[] logits = Goldens.hundredths(golden.get("hundredths"));
    Sampler sampler =
        new Sampler(sampling, SEED, 0, logits.length, Goldens.ints(golden.get("seen")));
    int[] drawn = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      drawn[sampler.pick(Scores.of(logits), i, Allowed.ALL)]++;
    }
    double square = 0;
    int kept = 0;
    for (int id = 0; id < drawn.length; id++) {
      double expected = DRAWS * golden.get("probabilities").get(id).doubleValue();
      if (expected == 0) {
        assertEquals(0, drawn[id], "token " + id);
      } else {
        square += (drawn[id] - expected) * (drawn[id] - expected) / expected;
        kept++;
      }
    }
    assertTrue(square <= 2 * (kept - 1) + FREE * Math.min(1, kept - 1), "chi-square " + square);
  }

  /** Each choice, seed and token of the vocabulary is drawn apart from the others. */
  @Test
  void choicesAndSeedsAreIndependent() {
    int[][] pairs = new int[2][4];
    float[] even = new float[2];
    for (int i = 0; i < DRAWS; i++) {
      int first = pick(PLAIN, SEED, 0, even, i);
      pairs[0][2 * first + pick(PLAIN, SEED, 1, even, i)]++;
      pairs[1][2 * first + pick(PLAIN, SEED + 1, 0, even, i)]++;
    }
    for (int[] pair : pairs) {
      double expected = DRAWS / 4.0;
      double square =
          Arrays.stream(pair).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
      assertTrue(square <= FREE, "chi-square " + square);
    }
  }

  private static int pick(Sampling sampling, long seed, int choice, float[] logits, int position) {
    return new Sampler(sampling, seed, choice, logits.length)
        .pick(Scores.of(logits), position, Allowed.ALL);
  }

  @Test
  void greedyTakesTheBestAndOfEqualsTheLowerId() {
    assertEquals(1, greedy(Sampling.GREEDY, LOGITS));
    assertEquals(1, greedy(PLAIN.withTopK(1), LOGITS));
  }

  @Test
  void aPickDependsOnSeedChoicePositionAndScoresAlone() {
    Sampler once = sampler(PLAIN);
    Sampler another = sampler(PLAIN);
    another.pick(Scores.of(LOGITS), 3, Allowed.ALL);
    another.accept(2);
    assertEquals(
        once.pick(Scores.of(LOGITS), 7, Allowed.ALL),
        another.pick(Scores.of(LOGITS), 7, Allowed.ALL));
    assertFalse(Arrays.equals(draws(PLAIN, 7, 0), draws(PLAIN, 8, 0)));
    assertFalse(Arrays.equals(draws(PLAIN, 7, 0), draws(PLAIN, 7, 1)));
    assertArrayEquals(draws(PLAIN, 7, 1), draws(PLAIN, 7, 1));
    assertArrayEquals(draws(PLAIN, 7, 1), draws(PLAIN.withSeed(5), 7, 1));
  }

  static Stream<Sampling> topK() {
    return Stream.of(
        Sampling.GREEDY,
        PLAIN.withTopK(3),
        PLAIN.withTopK(50).withTopP(0.9),
        PLAIN.withTopK(20).withMinP(0.1).withTemperature(2),
        PLAIN.withTopK(20).withTopP(0.8).withMinP(0.01).withTemperature(0.3));
  }

  /** More than are asked for too, as where log-probabilities of more are wanted. */
  @ParameterizedTest
  @MethodSource("topK")
  void theBestTokensAloneDrawWhatAllTokensDraw(Sampling sampling) {
    for (int i = 0; i < MANY; i++) {
      Scores all = Scores.of(random(i, 300));
      Sampler sampler = new Sampler(sampling, SEED, 0, 300);
      int picked = sampler.pick(all, i, Allowed.ALL);
      for (int more : new int[] {0, 7}) {
        TokenScores best = all.withBest(sampler.best() + more).withoutLogits();
        assertEquals(picked, sampler.pick(best, i, Allowed.ALL));
      }
    }
  }

  static Stream<Sampling> any() {
    return Stream.concat(
        topK(),
        Stream.of(
            PLAIN,
            PLAIN.withTopP(0.5),
            PLAIN.withTopP(0.95).withTemperature(3),
            PLAIN.withTopP(0.999).withMinP(0.02),
            PLAIN.withMinP(0.05),
            PLAIN.withTopP(1e-9)));
  }

  /** Against the filters and the formula written down one after the other, token by token. */
  @ParameterizedTest
  @MethodSource("any")
  void picksWhatTheFormulaSays(Sampling sampling) {
    for (int i = 0; i < MANY; i++) {
      float[] logits = random(i, 300);
      Sampler sampler = new Sampler(sampling, SEED, 2, 300);
      assertEquals(formula(sampling, logits, i), sampler.pick(Scores.of(logits), i, Allowed.ALL));
    }
  }

  private static int formula(Sampling sampling, float[] logits, int position) {
    List<Integer> kept = Scores.of(logits).withBest(logits.length).ids();
    if (sampling.isGreedy()) {
      return kept.get(0);
    }
    int most = sampling.topK() == 0 ? kept.size() : Math.min(sampling.topK(), kept.size());
    double[] weights =
        kept.stream()
            .limit(most)
            .mapToDouble(
                id ->
                    Math.exp(((double) logits[id] - logits[kept.get(0)]) / sampling.temperature()))
            .toArray();
    double total = Arrays.stream(weights).sum();
    double before = 0;
    double highest = Double.NEGATIVE_INFINITY;
    int picked = -1;
    for (int rank = 0; rank < most; rank++) {
      boolean inside = rank == 0 || before < sampling.topP() * total;
      if (inside && weights[rank] >= sampling.minP()) {
        int id = kept.get(rank);
        double noise = Gumbel.noise(Gumbel.hash(Gumbel.place(SEED, 2, position), id));
        double score = logits[id] / sampling.temperature() + noise;
        if (score > highest) {
          highest = score;
          picked = id;
        }
      }
      before += weights[rank];
    }
    return picked;
  }

  @ParameterizedTest
  @MethodSource("any")
  void whatMayNotBePickedIsAsIfItWereNotThere(Sampling sampling) {
    for (int i = 0; i < MANY; i++) {
      float[] logits = random(i, 300);
      long[] words = new Random(i).longs(5).toArray();
      float[] masked = logits.clone();
      for (int id = 0; id < logits.length; id++) {
        if ((words[id / Long.SIZE] >>> (id % Long.SIZE) & 1) == 0) {
          masked[id] = Float.NEGATIVE_INFINITY;
        }
      }
      Sampler sampler = new Sampler(sampling, SEED, 0, 300);
      int expected = sampler.pick(Scores.of(masked), i, Allowed.ALL);
      Allowed allowed = Allowed.of(words);
      assertTrue(allowed.is(expected));
      assertEquals(expected, sampler.pick(Scores.of(logits), i, allowed));
      Scores best = Scores.of(logits).withBest(sampler.best());
      assertEquals(expected, sampler.pick(best, i, allowed));
    }
  }

  @Test
  void theMaskOfBannedIdsLeavesTheOthers() {
    Allowed allowed = Allowed.allBut(Set.of(1, 3, 130));
    assertEquals(4, sampler(Sampling.GREEDY).pick(Scores.of(LOGITS), 0, allowed));
    assertFalse(allowed.is(130));
    assertTrue(allowed.is(129) && allowed.is(131) && allowed.is(0) && allowed.is(1_000_000));
    assertFalse(Allowed.of(1).is(64));
  }

  @Test
  void greedyNeedsNotAllLogitsWhereAnotherOfTheBestMayBePicked() {
    TokenScores best = Scores.of(LOGITS).withBest(3).withoutLogits();
    assertEquals(4, sampler(Sampling.GREEDY).pick(best, 0, Allowed.allBut(Set.of(1, 3))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  @DisplayName("pitfall 50: padding of the vocabulary is never picked")
  void paddingOfTheVocabularyIsNeverPicked(int topK) {
    float[] logits = {1, 2, 9, 9};
    Sampler sampler = new Sampler(PLAIN.withTopK(topK), SEED, 0, 2);
    for (int i = 0; i < MANY; i++) {
      assertTrue(sampler.pick(Scores.of(logits), i, Allowed.ALL) < 2);
      assertTrue(sampler.pick(Scores.of(logits).withBest(2), i, Allowed.ALL) < 2);
    }
  }

  @Test
  void aBiasIsAddedFirstAndTheLowestBans() {
    assertEquals(2, greedy(Sampling.GREEDY.withLogitBias(Map.of(2, 2.5f)), LOGITS));
    assertEquals(4, greedy(Sampling.GREEDY.withLogitBias(Map.of(1, -1.5f, 3, -1.5f)), LOGITS));
    float[] far = {1000, 0};
    assertEquals(1, greedy(Sampling.GREEDY.withLogitBias(Map.of(0, -100f)), far));
    assertEquals(0, greedy(Sampling.GREEDY.withLogitBias(Map.of(0, -99f)), far));
    Sampling biased = PLAIN.withTopK(2).withLogitBias(Map.of(2, 9f));
    assertEquals(0, sampler(biased).best());
    RunException e =
        assertThrows(
            RunException.class, () -> sampler(Sampling.GREEDY.withLogitBias(Map.of(5, 1f))));
    assertEquals("logit bias: expected token ids below 5, found 5", e.getMessage());
  }

  @Test
  void presenceCountsOnceAndFrequencyEachTime() {
    Sampling sampling = Sampling.GREEDY.withPresencePenalty(0.5).withFrequencyPenalty(0.5);
    Sampler sampler = new Sampler(sampling, SEED, 0, 5, 4, 4, 4);
    sampler.accept(1);
    sampler.accept(1);
    sampler.accept(3);
    // Token 1 has 4 - 0.5 - 2 * 0.5 = 2.5, token 3 has 4 - 0.5 - 0.5 = 3, token 4 (in the prompt
    // only) 3.
    assertEquals(3, sampler.pick(Scores.of(LOGITS), 0, Allowed.ALL));
    sampler.accept(3);
    assertEquals(4, sampler.pick(Scores.of(LOGITS), 0, Allowed.ALL));
  }

  @Test
  void repetitionCountsThePromptAndTheOutput() {
    Sampler sampler = new Sampler(Sampling.GREEDY.withRepetitionPenalty(2), SEED, 0, 5, 1);
    sampler.accept(3);
    assertEquals(4, sampler.pick(Scores.of(LOGITS), 0, Allowed.ALL));
  }

  @Test
  void asksForNoMoreTokensThanItNeeds() {
    assertEquals(1, sampler(Sampling.GREEDY).best());
    assertEquals(4, sampler(PLAIN.withTopK(4)).best());
    assertEquals(0, sampler(PLAIN.withTopK(40)).best());
    assertEquals(0, sampler(PLAIN.withTopP(0.9)).best());
    assertEquals(0, sampler(Sampling.GREEDY.withRepetitionPenalty(1.1)).best());
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void logitsThatAreNotFiniteAreAnError(float wrong) {
    float[] logits = {0, wrong, 0, 0, 0};
    for (Sampling sampling :
        List.of(Sampling.GREEDY, PLAIN, PLAIN.withTopP(0.5), PLAIN.withTopK(2))) {
      assertThrows(
          RunException.class, () -> sampler(sampling).pick(Scores.of(logits), 0, Allowed.ALL));
      Scores best = new Scores(List.of(1, 0), logits);
      assertThrows(RunException.class, () -> sampler(sampling).pick(best, 0, Allowed.ALL));
    }
  }

  @Test
  void whereNoneMayBePickedIsAnError() {
    for (Sampling sampling :
        List.of(Sampling.GREEDY, PLAIN, PLAIN.withTopP(0.5), PLAIN.withTopK(2))) {
      assertThrows(
          RunException.class, () -> sampler(sampling).pick(Scores.of(LOGITS), 0, Allowed.of(0)));
    }
  }

  @Test
  void aTinyTemperatureTakesTheBest() {
    assertEquals(1, greedy(PLAIN.withTemperature(1e-300).withTopK(1), LOGITS));
    float[] clear = {0, 1, 0, 0, 0};
    assertEquals(1, greedy(PLAIN.withTemperature(1e-300), clear));
    assertEquals(1, greedy(PLAIN.withTemperature(1e-300).withTopP(0.9).withMinP(0.5), clear));
  }

  @Test
  void logProbabilitiesAreThoseOfAllLogits() {
    float[] logits = {1, 4, 2, 4, 3, 8};
    double total = Math.log(IntStream.range(0, 6).mapToDouble(i -> Math.exp(logits[i])).sum());
    for (int atHand : new int[] {0, 2, 6}) {
      LogProbabilities of = LogProbabilities.of(Scores.of(logits).withBest(atHand), 3, 5);
      assertEquals(List.of(1, 3, 4), of.best().stream().map(ScoredToken::id).toList());
      assertEquals(3 - total, of.best().get(2).logProbability(), 1e-12);
      assertEquals(2 - total, of.of(2).logProbability(), 1e-12);
      assertEquals(5, LogProbabilities.of(Scores.of(logits), 9, 5).best().size());
      assertEquals(List.of(), LogProbabilities.of(Scores.of(logits), 0, 5).best());
    }
  }

  private static int greedy(Sampling sampling, float... logits) {
    return new Sampler(sampling, SEED, 0, logits.length).pick(Scores.of(logits), 0, Allowed.ALL);
  }

  private static Sampler sampler(Sampling sampling) {
    return new Sampler(sampling, SEED, 0, LOGITS.length);
  }

  private static int[] draws(Sampling sampling, long seed, int choice) {
    Sampler sampler = new Sampler(sampling, seed, choice, LOGITS.length);
    return IntStream.range(0, 50)
        .map(i -> sampler.pick(Scores.of(LOGITS), i, Allowed.ALL))
        .toArray();
  }

  /** Drawn logits, hundredths so that some are equal. */
  private static float[] random(long seed, int count) {
    Random random = new Random(seed);
    float[] logits = new float[count];
    for (int i = 0; i < count; i++) {
      logits[i] = Math.round(100 * 2 * random.nextGaussian()) / 100f;
    }
    return logits;
  }

  private static Sampling sampling(JsonNode options) {
    return PLAIN
        .withTemperature(options.path("temperature").asDouble(1))
        .withTopK(options.path("top_k").asInt(0))
        .withTopP(options.path("top_p").asDouble(1))
        .withMinP(options.path("min_p").asDouble(0))
        .withRepetitionPenalty(options.path("repetition_penalty").asDouble(1));
  }
}
