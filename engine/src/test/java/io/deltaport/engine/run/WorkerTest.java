package io.deltaport.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.engine.cache.PrefixCache;
import io.deltaport.engine.constrain.Constraints;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.options.EngineOptions.Speculation;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.Scheduling;
import io.deltaport.engine.request.StopReason;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of requests, whatever happens around them, on a model without numerics. */
class WorkerTest {
  private static final EngineOptions OPTIONS = EngineOptions.DEFAULT.withMaxSequences(8);
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.load(Path.of("../fixtures/kjv-tiny"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static boolean never(int step) {
    return false;
  }

  /** A request and what must come of it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Asked(int[] prompt, int count, Answer.Collector collector, Handle handle) {
    Answer answer() {
      return collector.answer(handle.await());
    }

    void check() {
      for (Answer.Choice choice : answer().choices()) {
        assertEquals(ScriptedModel.continued(count, prompt), choice.ids());
        assertEquals(StopReason.LENGTH, choice.reason());
      }
    }
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyRequestGetsItsOwnTokensWhateverIsAroundIt(long seed) {
    Random random = new Random(seed);
    Speculation speculation =
        List.of(Speculation.AUTO, Speculation.OFF, Speculation.NGRAM).get(random.nextInt(3));
    EngineOptions options =
        OPTIONS
            .with(speculation)
            .withChunk(1 + random.nextInt(100))
            .withPrefillShare(0.1 + 0.9 * random.nextDouble());
    ScriptedModel model = new ScriptedModel(17 + random.nextInt(40), 60, WorkerTest::never);
    try (Worker worker = worker(model, options)) {
      List<Asked> asked = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Asked one = ask(worker, prompt(random), 1 + random.nextInt(60), 1 + random.nextInt(2));
        if (random.nextInt(5) == 0) {
          one.handle().cancel();
        } else {
          asked.add(one);
        }
      }
      asked.forEach(Asked::check);
      assertTrue(worker.drain(Duration.ofMinutes(1)));
    }
    assertEquals(0, model.open());
  }

  /** Beginnings are shared, so that the cache has something to give. */
  private static int[] prompt(Random random) {
    int[] shared = new Random(random.nextInt(3)).ints(200, 10, 50).toArray();
    int kept = random.nextInt(200);
    int[] own = random.ints(1 + random.nextInt(80), 10, 50).toArray();
    return IntStream.concat(Arrays.stream(shared).limit(kept), Arrays.stream(own)).toArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 8, 13, 21, 34})
  void aStepThatFailsOnceLosesNoRequest(int failing) {
    ScriptedModel model = new ScriptedModel(40, 100, step -> step == failing);
    Random random = new Random(failing);
    try (Worker worker = worker(model, OPTIONS)) {
      List<Asked> asked = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        asked.add(ask(worker, prompt(random), 20, 1));
      }
      int failed = 0;
      for (Asked one : asked) {
        try {
          one.check();
        } catch (EngineException e) {
          assertEquals(EngineException.Reason.MODEL, e.reason());
          failed++;
        }
      }
      assertTrue(failed <= 1, "failed: " + failed); // one that was alone in the step
    }
    assertEquals(0, model.open());
  }

  @Test
  void allFailWhereEveryStepFailsAndNothingIsLeft() {
    ScriptedModel model = new ScriptedModel(40, 100, step -> true);
    try (Worker worker = worker(model, OPTIONS)) {
      List<Asked> asked = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        asked.add(ask(worker, new int[] {10, 11, 12}, 20, 1));
      }
      for (Asked one : asked) {
        assertEquals(
            EngineException.Reason.MODEL,
            assertThrows(EngineException.class, () -> one.handle().await()).reason());
      }
      assertEquals(6, worker.stats().failed());
    }
    assertEquals(0, model.open());
  }

  @Test
  void aFullQueueRefuses() {
    CountDownLatch hold = new CountDownLatch(1);
    ScriptedModel model = new ScriptedModel(40, 100, step -> !waited(hold));
    try (Worker worker = worker(model, OPTIONS.withMaxSequences(1).withMaxQueue(2))) {
      List<Asked> asked = new ArrayList<>();
      EngineException refused =
          assertThrows(
              EngineException.class,
              () -> {
                for (int i = 0; i < 4; i++) {
                  asked.add(ask(worker, new int[] {10, 11 + i}, 3, 1));
                }
              });
      assertEquals(EngineException.Reason.QUEUE_FULL, refused.reason());
      hold.countDown();
      asked.forEach(Asked::check);
    }
  }

  private static boolean waited(CountDownLatch latch) {
    try {
      return latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      return false;
    }
  }

  @Test
  void aRequestBeyondItsDeadlineFailsInTheQueue() {
    CountDownLatch hold = new CountDownLatch(1);
    ScriptedModel model = new ScriptedModel(40, 100, step -> !waited(hold));
    try (Worker worker = worker(model, OPTIONS.withMaxSequences(1))) {
      Asked first = ask(worker, new int[] {10, 11}, 3, 1);
      Request late =
          Request.tokens(GenerationOptions.greedy(3), 10, 12)
              .with(Scheduling.USUAL.withDeadline(Duration.ofNanos(1)));
      Handle handle = worker.submit(late, Listener.NONE);
      hold.countDown();
      first.check();
      assertEquals(
          EngineException.Reason.DEADLINE,
          assertThrows(EngineException.class, handle::await).reason());
    }
  }

  @Test
  void aListenerThatThrowsLosesItsOwnRequestOnly() {
    ScriptedModel model = new ScriptedModel(40, 100, WorkerTest::never);
    try (Worker worker = worker(model, OPTIONS)) {
      Handle thrown =
          worker.submit(
              Request.tokens(GenerationOptions.greedy(50), 10, 11),
              event -> {
                if (event instanceof Event.Token) {
                  throw new IllegalStateException("no");
                }
              });
      Asked other = ask(worker, new int[] {10, 12}, 50, 1);
      assertEquals(
          EngineException.Reason.LISTENER,
          assertThrows(EngineException.class, thrown::await).reason());
      other.check();
    }
    assertEquals(0, model.open());
  }

  @Test
  void aListenerThatStallsHoldsUpItsOwnRequestOnly() {
    CountDownLatch hold = new CountDownLatch(1);
    ScriptedModel model = new ScriptedModel(40, 100, WorkerTest::never);
    try (Worker worker = worker(model, OPTIONS)) {
      Handle stalled =
          worker.submit(
              Request.tokens(GenerationOptions.greedy(50), 10, 11), event -> waited(hold));
      ask(worker, new int[] {10, 12}, 50, 1).check();
      hold.countDown();
      stalled.await();
    }
  }

  @Test
  void aChunkIsNeverLongerThanSaid() {
    ScriptedModel model = new ScriptedModel(40, 200, WorkerTest::never);
    try (Worker worker = worker(model, OPTIONS.withChunk(33).with(Speculation.OFF))) {
      ask(worker, new Random(1).ints(1000, 10, 50).toArray(), 3, 1).check();
    }
    assertEquals(33, model.mostTokens);
  }

  @Test
  @DisplayName("a text that repeats itself is drafted, and stays what it is")
  void draftsAreCountedAndChangeNothing() {
    ScriptedModel model = new ScriptedModel(60, 200, WorkerTest::never);
    try (Worker worker = worker(model, OPTIONS.with(Speculation.NGRAM))) {
      Asked asked = ask(worker, new int[] {10, 11, 12}, 500, 1);
      asked.check();
      assertTrue(asked.answer().usage().acceptedTokens() > 0);
      assertTrue(worker.stats().steps() < 500);
    }
  }

  @Test
  void outputsOfAPromptWhoseEndCouldBeDraftedAreThoseOfThePrompt() {
    int[] prompt = new Random(1).ints(64, 10, 12).toArray(); // its end was there before
    ScriptedModel model = new ScriptedModel(60, 200, WorkerTest::never);
    EngineOptions options = OPTIONS.with(Speculation.NGRAM).withChunk(prompt.length - 1);
    try (Worker worker = worker(model, options)) {
      ask(worker, prompt, 30, 3).check();
    }
  }

  @Test
  void whatIsTooLongIsRefusedWithBothNumbers() {
    ScriptedModel model = new ScriptedModel(40, 100, WorkerTest::never);
    try (Worker worker = worker(model, OPTIONS)) {
      EngineException e =
          assertThrows(EngineException.class, () -> ask(worker, new int[CONTEXT + 1], 1, 1));
      assertEquals(EngineException.Reason.CONTEXT_LENGTH, e.reason());
      assertTrue(String.valueOf(e.getMessage()).contains("length is " + CONTEXT + " tokens"));
      assertTrue(String.valueOf(e.getMessage()).contains("(" + (CONTEXT + 1) + " in the prompt"));
    }
  }

  private static final int CONTEXT = 1500;

  private static Worker worker(ScriptedModel model, EngineOptions options) {
    return new Worker(
        model,
        tokenizer,
        Optional.empty(),
        new Constraints(tokenizer, ScriptedModel.VOCABULARY, Set.of()),
        OptionalInt.empty(),
        options,
        options.maxSequences(),
        CONTEXT,
        new PrefixCache(model::usage, 0.5));
  }

  private static Asked ask(Worker worker, int[] prompt, int count, int outputs) {
    Answer.Collector collector = new Answer.Collector();
    GenerationOptions options = GenerationOptions.greedy(count).withOutputs(outputs);
    return new Asked(
        prompt, count, collector, worker.submit(Request.tokens(options, prompt), collector));
  }
}
