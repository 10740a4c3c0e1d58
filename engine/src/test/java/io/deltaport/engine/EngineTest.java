package io.deltaport.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.beam.BeamSearch;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.Task;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {
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
    Answer.Choice generation =
        generate(GenerationOptions.greedy(expected.length), golden.get("prompt").textValue());
    assertEquals(Arrays.stream(expected).boxed().toList(), generation.ids());
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
    Answer.Choice generation =
        searched(
            GenerationOptions.greedy(golden.get("max_new_tokens").intValue())
                .withBeams(golden.get("num_beams").intValue())
                .withStopTokens(
                    Set.of(2045, 2046, 2047).stream()
                        .limit(stopTokens)
                        .collect(Collectors.toSet())),
            prompt);
    assertArrayEquals(promptIds, Arrays.copyOf(ids, promptIds.length));
    assertEquals(Arrays.stream(ids).skip(promptIds.length).boxed().toList(), generation.ids());
    assertEquals(golden.get("text").textValue(), prompt + generation.text());
  }

  @Test
  void aStopTokenEndsTheOutputAndIsNotInItsText() {
    Answer.Choice generation =
        generate(GenerationOptions.greedy(48).withStopTokens(Set.of(86, 5)), PROMPT);
    assertEquals(List.of(11, 267, 259, 86), generation.ids());
    assertEquals(", and a", generation.text());
    assertEquals(StopReason.STOP_TOKEN, generation.reason());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aStopStringEndsTheOutputAcrossTokens(int beams) {
    GenerationOptions options =
        GenerationOptions.greedy(48).withBeams(beams).withStopStrings(List.of("never", "wake, an"));
    Answer.Choice generation = beams == 1 ? generate(options, PROMPT) : searched(options, PROMPT);
    assertEquals(", and a", generation.text());
    assertEquals(StopReason.STOP_STRING, generation.reason());
  }

  @Test
  void streamedTextIsTheText() {
    StringBuilder streamed = new StringBuilder();
    GenerationOptions options = GenerationOptions.greedy(20).withStopStrings(List.of("awake."));
    kjv.engine
        .submit(
            Request.text(options, PROMPT),
            event -> {
              if (event instanceof Event.Text text) {
                streamed.append(text.text());
              }
            })
        .await();
    assertEquals(generate(options, PROMPT).text(), streamed.toString());
  }

  @Test
  void theSameSeedGivesTheSameText() {
    Sampling sampling = Sampling.GREEDY.withTemperature(1).withTopP(0.95);
    GenerationOptions options = GenerationOptions.greedy(16);
    List<Integer> first = generate(options.with(sampling.withSeed(1)), PROMPT).ids();
    assertEquals(first, generate(options.with(sampling.withSeed(1)), PROMPT).ids());
    assertNotEquals(first, generate(options.with(sampling.withSeed(2)), PROMPT).ids());
  }

  @Test
  void aRequestWithoutASeedReportsTheOneItDrew() {
    GenerationOptions options =
        GenerationOptions.greedy(16).with(Sampling.GREEDY.withTemperature(1));
    Answer drawn = kjv.answer(options, PROMPT);
    Sampling again = Sampling.GREEDY.withTemperature(1).withSeed(drawn.usage().seed());
    assertEquals(drawn.choice().ids(), generate(options.with(again), PROMPT).ids());
  }

  @Test
  void topKOfTheModelPicksWhatAllLogitsPick() {
    Sampling sampling = Sampling.GREEDY.withTemperature(0.8).withTopK(20).withTopP(0.9).withSeed(4);
    // A penalty too small to change a pick has all logits looked at.
    Sampling ofAllLogits = sampling.withFrequencyPenalty(1e-30);
    GenerationOptions options = GenerationOptions.greedy(24);
    assertEquals(
        generate(options.with(sampling), PROMPT).ids(),
        generate(options.with(ofAllLogits), PROMPT).ids());
  }

  @Test
  void repetitionPenaltyCountsThePrompt() {
    GenerationOptions options = GenerationOptions.greedy(12);
    String prompt = "In the beginning God created the heaven and the earth";
    assertNotEquals(
        generate(options.with(Sampling.GREEDY.withRepetitionPenalty(1.3)), prompt).ids(),
        generate(options, prompt).ids());
  }

  @Test
  void logProbabilitiesAreThoseOfAllTokens() {
    List<Event.Token> tokens =
        generate(GenerationOptions.greedy(3).withLogProbs(2048), PROMPT).tokens();
    assertEquals(3, tokens.size());
    for (Event.Token token : tokens) {
      assertEquals(token.score().orElseThrow(), token.best().get(0));
      assertEquals(2048, token.best().stream().map(ScoredToken::id).distinct().count());
      assertEquals(
          1,
          token.best().stream().mapToDouble(best -> Math.exp(best.logProbability())).sum(),
          1e-6);
    }
  }

  @Test
  void aCancelledRequestEndsAndSaysSo() {
    Answer.Collector collector = new Answer.Collector();
    CompletableFuture<Handle> submitted = new CompletableFuture<>();
    Handle handle =
        kjv.engine.submit(
            Request.text(GenerationOptions.greedy(10_000), PROMPT),
            event -> {
              collector.on(event);
              if (event instanceof Event.Token) {
                submitted.join().cancel();
              }
            });
    submitted.complete(handle);
    Answer answer = collector.answer(handle.await());
    assertEquals(StopReason.CANCELLED, answer.choice().reason());
    assertTrue(answer.choice().ids().size() < 10_000);
    assertEquals(0, kjv.engine.stats().running());
  }

  @Test
  void anEmptyPromptIsAnError() {
    EngineException e =
        assertThrows(EngineException.class, () -> generate(GenerationOptions.greedy(1), ""));
    assertEquals(EngineException.Reason.REQUEST, e.reason());
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
  void outputsOfOnePromptDrawForThemselves() {
    GenerationOptions options =
        GenerationOptions.greedy(12)
            .with(Sampling.GREEDY.withTemperature(1).withSeed(3))
            .withOutputs(3);
    Answer three = kjv.answer(options, PROMPT);
    assertEquals(3, three.choices().stream().map(Answer.Choice::ids).distinct().count());
    assertEquals(generate(options.withOutputs(1), PROMPT).ids(), three.choices().get(0).ids());
    assertEquals(36, three.usage().outputTokens());
  }

  @Test
  void scoresAreThoseOfTheTokens() {
    int[] ids = kjv.tokenizer.encode("In the beginning God created the heaven and the earth");
    Answer all = kjv.engine.answer(scoring(1, ids));
    assertEquals(ids.length - 1, all.scores().size());
    for (Event.Scored scored : all.scores()) {
      assertEquals(ids[scored.position()], scored.score().id());
      int[] before = Arrays.copyOf(ids, scored.position());
      Event.Token next =
          kjv.engine
              .answer(Request.tokens(GenerationOptions.greedy(1).withLogProbs(2), before))
              .choice()
              .tokens()
              .get(0);
      assertEquals(next.best(), scored.best());
    }
    Answer some = kjv.engine.answer(scoring(5, ids));
    assertEquals(all.scores().subList(4, all.scores().size()), some.scores());
  }

  private static Request scoring(int from, int... ids) {
    return Request.tokens(GenerationOptions.greedy(1), ids).with(new Task.Score(from, 2));
  }

  @Test
  void manyRequestsShareAModel() {
    List<Integer> expected = generate(GenerationOptions.greedy(8), PROMPT).ids();
    List<Answer.Collector> collectors = new ArrayList<>();
    List<Handle> handles = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Answer.Collector collector = new Answer.Collector();
      collectors.add(collector);
      handles.add(kjv.engine.submit(Request.text(GenerationOptions.greedy(8), PROMPT), collector));
    }
    for (int i = 0; i < handles.size(); i++) {
      assertEquals(expected, collectors.get(i).answer(handles.get(i).await()).choice().ids());
    }
  }

  private static Answer.Choice generate(GenerationOptions options, String prompt) {
    return kjv.answer(options, prompt).choice();
  }

  private static Answer.Choice searched(GenerationOptions options, String prompt) {
    try (Model model = Model.open(KjvTiny.DIRECTORY, KjvTiny.EXACT)) {
      return new BeamSearch(model, kjv.tokenizer, options, new Cancellation())
          .answer(kjv.tokenizer.encode(prompt))
          .choice();
    }
  }
}
