package io.deltaport.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.request.GeneratedToken;
import io.deltaport.engine.request.Generation;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {
  private static final String PROMPT = "And I saw a new heaven";
  private static KjvTiny kjv;

  @BeforeAll
  static void open() {
    kjv = new KjvTiny();
  }

  @AfterAll
  static void close() {
    kjv.close();
  }

  static Stream<JsonNode> greedy() {
    List<JsonNode> cases = new ArrayList<>();
    KjvTiny.reference().get("greedy").forEach(cases::add);
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("greedy")
  void greedyTextEqualsTransformersTokenByToken(JsonNode golden) {
    int[] expected = Goldens.ints(golden.get("generated_ids"));
    Generation generation =
        generate(GenerationOptions.greedy(expected.length), golden.get("prompt").textValue());
    assertEquals(Arrays.stream(expected).boxed().toList(), generation.tokens());
    assertEquals(golden.get("text").textValue(), generation.text());
    assertEquals(StopReason.LENGTH, generation.reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  @DisplayName("pitfall 12: beam search equals transformers token by token")
  void beamSearchEqualsTransformersTokenByToken(int stopTokens) {
    JsonNode golden = KjvTiny.reference().get("beam_search");
    int[] ids = Goldens.ints(golden.get("ids"));
    String prompt = golden.get("prompt").textValue();
    int[] promptIds = kjv.tokenizer.encode(prompt);
    Generation generation =
        generate(
            GenerationOptions.greedy(golden.get("max_new_tokens").intValue())
                .withBeams(golden.get("num_beams").intValue())
                .withStopTokens(
                    Set.of(2045, 2046, 2047).stream()
                        .limit(stopTokens)
                        .collect(Collectors.toSet())),
            prompt);
    assertArrayEquals(promptIds, Arrays.copyOf(ids, promptIds.length));
    assertEquals(Arrays.stream(ids).skip(promptIds.length).boxed().toList(), generation.tokens());
    assertEquals(golden.get("text").textValue(), prompt + generation.text());
  }

  @Test
  void aStopTokenEndsTheOutputAndIsNotInItsText() {
    Generation generation =
        generate(GenerationOptions.greedy(48).withStopTokens(Set.of(86, 5)), PROMPT);
    assertEquals(List.of(11, 267, 259, 86), generation.tokens());
    assertEquals(", and a", generation.text());
    assertEquals(StopReason.STOP_TOKEN, generation.reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aStopStringEndsTheOutputAcrossTokens(int beams) {
    GenerationOptions options =
        GenerationOptions.greedy(48).withBeams(beams).withStopStrings(List.of("never", "wake, an"));
    Generation generation = generate(options, PROMPT);
    assertEquals(", and a", generation.text());
    assertEquals(StopReason.STOP_STRING, generation.reason());
  }

  @Test
  void streamedTextIsTheText() {
    StringBuilder streamed = new StringBuilder();
    try (Sequence sequence = kjv.model.newSequence()) {
      Generation generation =
          kjv.generator.generate(
              sequence,
              GenerationOptions.greedy(20).withStopStrings(List.of("awake.")),
              token -> streamed.append(token.text()),
              new Cancellation(),
              kjv.tokenizer.encode(PROMPT));
      assertEquals(generation.text(), streamed.toString());
      assertEquals(6 + 20 - 1, sequence.length());
    }
  }

  @Test
  void theSameSeedGivesTheSameText() {
    Sampling sampling = Sampling.GREEDY.withTemperature(1).withTopP(0.95);
    GenerationOptions options = GenerationOptions.greedy(16);
    Generation first = generate(options.with(sampling.withSeed(1)), PROMPT);
    assertEquals(first, generate(options.with(sampling.withSeed(1)), PROMPT));
    assertNotEquals(first, generate(options.with(sampling.withSeed(2)), PROMPT));
  }

  @Test
  void topKOfTheModelPicksWhatAllLogitsPick() {
    Sampling sampling = Sampling.GREEDY.withTemperature(0.8).withTopK(20).withTopP(0.9).withSeed(4);
    // A penalty too small to change a pick has all logits copied.
    Sampling ofAllLogits = sampling.withFrequencyPenalty(1e-30);
    GenerationOptions options = GenerationOptions.greedy(24);
    assertEquals(
        generate(options.with(sampling), PROMPT), generate(options.with(ofAllLogits), PROMPT));
  }

  @Test
  void repetitionPenaltyCountsWhatTheSequenceHeldBefore() {
    GenerationOptions options =
        GenerationOptions.greedy(12).with(Sampling.GREEDY.withRepetitionPenalty(1.3));
    int[] prompt = kjv.tokenizer.encode("In the beginning God created the heaven and the earth");
    Generation whole = kjv.generator.generate(options, prompt);
    try (Sequence sequence = kjv.model.newSequence()) {
      sequence.append(Arrays.copyOf(prompt, 8));
      int[] rest = Arrays.copyOfRange(prompt, 8, prompt.length);
      assertEquals(
          whole, kjv.generator.generate(sequence, options, token -> {}, new Cancellation(), rest));
    }
    assertNotEquals(whole, kjv.generator.generate(GenerationOptions.greedy(12), prompt));
  }

  @Test
  void logProbabilitiesAreThoseOfAllTokens() {
    List<GeneratedToken> tokens = new ArrayList<>();
    try (Sequence sequence = kjv.model.newSequence()) {
      kjv.generator.generate(
          sequence,
          GenerationOptions.greedy(3).withLogProbs(2048),
          tokens::add,
          new Cancellation(),
          kjv.tokenizer.encode(PROMPT));
    }
    assertEquals(3, tokens.size());
    for (GeneratedToken token : tokens) {
      assertEquals(token.score().orElseThrow(), token.best().get(0));
      assertEquals(2048, token.best().stream().map(ScoredToken::id).distinct().count());
      assertEquals(
          1,
          token.best().stream().mapToDouble(best -> Math.exp(best.logProbability())).sum(),
          1e-6);
    }
  }

  @Test
  void aCancelledGenerationLeavesTheSequenceUsable() {
    Cancellation cancellation = new Cancellation();
    try (Sequence sequence = kjv.model.newSequence()) {
      RunException e =
          assertThrows(
              RunException.class,
              () ->
                  kjv.generator.generate(
                      sequence,
                      GenerationOptions.greedy(40),
                      token -> cancellation.cancel(),
                      cancellation,
                      kjv.tokenizer.encode(PROMPT)));
      assertEquals(RunException.Reason.CANCELLED, e.reason());
      sequence.crop(0);
      Generation again =
          kjv.generator.generate(
              sequence,
              GenerationOptions.greedy(9),
              token -> {},
              new Cancellation(),
              kjv.tokenizer.encode(PROMPT));
      assertEquals(generate(GenerationOptions.greedy(9), PROMPT), again);
    }
  }

  @Test
  void anEmptyPromptIsAnError() {
    assertThrows(RunException.class, () -> generate(GenerationOptions.greedy(1), ""));
  }

  @Test
  @DisplayName("pitfall 25: stop tokens come from generation_config.json")
  void defaultsAreThoseOfTheModel() {
    GenerationDefaults defaults = GenerationDefaults.of(kjv.model);
    assertEquals(Set.of(2045), defaults.stopTokens());
    assertTrue(defaults.sampling().isGreedy());
    assertFalse(defaults.ifSampling().isGreedy());
    assertEquals(50, defaults.ifSampling().topK());
    assertEquals(1, defaults.beams());
  }

  @Test
  void manyGenerationsShareAModel() {
    Generation expected = generate(GenerationOptions.greedy(8), PROMPT);
    IntStream.range(0, 4)
        .parallel()
        .forEach(i -> assertEquals(expected, generate(GenerationOptions.greedy(8), PROMPT)));
  }

  private static Generation generate(GenerationOptions options, String prompt) {
    return kjv.generator.generate(options, kjv.tokenizer.encode(prompt));
  }
}
