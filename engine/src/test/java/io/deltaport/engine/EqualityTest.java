package io.deltaport.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.options.EngineOptions.Speculation;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.Scheduling;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.state.StateUsage;
import io.deltaport.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * In exact mode a request gets the same tokens whatever is around it. Each scenario draws an engine
 * (chunks, memory, drafts, cache) and requests whose prompts share beginnings, some of them
 * cancelled; each answer is compared with that of the request alone, read in one piece, without
 * cache and drafts. {@code -Ddeltaport.scenarios=N} draws more of them, {@code -Ddeltaport.seed=N}
 * others.
 */
class EqualityTest {
  private static final int SCENARIOS = Integer.getInteger("deltaport.scenarios", 100);
  private static final long SEED = Long.getLong("deltaport.seed", 1);
  private static final int VOCABULARY = 2045; // without the end of text

  private static final EngineOptions PLAIN =
      EngineOptions.DEFAULT
          .withMaxSequences(2)
          .withChunk(100_000)
          .withCacheShare(0)
          .with(Speculation.OFF);

  private final Map<List<Object>, List<List<Integer>>> alone = new HashMap<>();

  @Test
  @DisplayName(
      "pitfalls 16, 35 and 49: alone, batched, cut, cached, evicted, preempted, drafted: the same")
  void everyRequestGetsTheTokensThatItGetsAlone() {
    try (Model plain = Model.open(KjvTiny.DIRECTORY, KjvTiny.EXACT);
        Tokenizer tokenizer = Tokenizer.load(plain.directory());
        Engine reference = Engine.over(plain, tokenizer, PLAIN)) {
      for (int scenario = 0; scenario < SCENARIOS; scenario++) {
        run(reference, tokenizer, SEED + scenario);
      }
    }
  }

  private void run(Engine reference, Tokenizer tokenizer, long seed) {
    Random random = new Random(seed);
    EngineOptions options =
        EngineOptions.DEFAULT
            .withMaxSequences(1 + random.nextInt(6))
            .withChunk(1 + random.nextInt(200))
            .withPrefillShare(0.1 + 0.9 * random.nextDouble())
            .withCacheShare(random.nextInt(3) * 0.3)
            .withMaxDraft(1 + random.nextInt(8))
            .with(random.nextBoolean() ? Speculation.NGRAM : Speculation.AUTO);
    try (Model model = Model.open(KjvTiny.DIRECTORY, KjvTiny.EXACT);
        Engine engine = Engine.over(model, tokenizer, withMemory(options, model, random))) {
      List<Asked> asked = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Asked one = ask(engine, request(random, options.maxSequences()));
        if (random.nextInt(5) == 0) {
          one.handle().cancel();
        } else {
          asked.add(one);
        }
      }
      for (Asked one : asked) {
        Answer answer = one.collector().answer(one.handle().await());
        assertEquals(
            expected(reference, one.request()),
            answer.choices().stream().map(Answer.Choice::ids).toList(),
            () -> "seed %d, %s, %s".formatted(seed, options, one.request().options()));
      }
    }
  }

  /** Much memory, or so little that outputs and cached prefixes drive each other out. */
  private static EngineOptions withMemory(EngineOptions options, Model model, Random random) {
    StateUsage sizes = model.stateUsage();
    long slots = 2L * (2L * options.maxSequences() + options.maxDraft() + 1);
    long little = slots * sizes.slotBytes() + 40 * sizes.blockBytes();
    return options.withStateBytes(random.nextBoolean() ? little : 50 * little);
  }

  private record Asked(Request request, Answer.Collector collector, Handle handle) {}

  private static Asked ask(Engine engine, Request request) {
    Answer.Collector collector = new Answer.Collector();
    return new Asked(request, collector, engine.submit(request, collector));
  }

  private static Request request(Random random, int sequences) {
    int[] shared = new Random(random.nextInt(2)).ints(300, 0, VOCABULARY).toArray();
    int kept = random.nextInt(4) * 100;
    int[] own = random.ints(1 + random.nextInt(120), 0, VOCABULARY).toArray();
    int[] prompt =
        IntStream.concat(Arrays.stream(shared).limit(kept), Arrays.stream(own)).toArray();
    Sampling sampling =
        random.nextBoolean()
            ? Sampling.GREEDY
            : Sampling.GREEDY
                .withTemperature(0.8)
                .withTopP(0.95)
                .withRepetitionPenalty(random.nextBoolean() ? 1 : 1.1)
                .withSeed(random.nextInt(3));
    GenerationOptions options =
        GenerationOptions.greedy(1 + random.nextInt(40))
            .with(sampling)
            .withOutputs(1 + random.nextInt(Math.min(2, sequences)));
    return Request.tokens(options, prompt)
        .with(
            Scheduling.USUAL
                .withPriority(random.nextInt(2))
                .withCacheSalt(random.nextInt(4) == 0 ? "other" : ""));
  }

  /** What a request comes to alone. */
  private List<List<Integer>> expected(Engine reference, Request request) {
    return alone.computeIfAbsent(
        List.of(request.prompt(), request.options()),
        key -> reference.answer(request).choices().stream().map(Answer.Choice::ids).toList());
  }
}
