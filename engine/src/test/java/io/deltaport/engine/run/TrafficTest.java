package io.deltaport.engine.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.engine.cache.PrefixCache;
import io.deltaport.engine.constrain.Constraints;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.EngineStats;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Much traffic, much of it cancelled, refused or failing: nothing is lost, nothing is left. */
class TrafficTest {
  private static final int OPERATIONS = 10_000;

  @Test
  void whatRequestsHeldIsGivenBackAndWhatTheCacheHoldsIsCounted() {
    Random random = new Random(7);
    Random failures = new Random(8);
    ScriptedModel model = new ScriptedModel(40, 120, step -> failures.nextInt(200) == 0);
    EngineOptions options = EngineOptions.DEFAULT.withMaxSequences(8).withMaxQueue(32);
    try (Tokenizer tokenizer = Tokenizer.load(Path.of("../fixtures/kjv-tiny"));
        Worker worker = worker(model, tokenizer, options)) {
      long refused = 0;
      List<Handle> open = new ArrayList<>();
      for (int i = 0; i < OPERATIONS; i++) {
        if (!open.isEmpty() && random.nextInt(4) == 0) {
          open.remove(random.nextInt(open.size())).cancel();
          continue;
        }
        try {
          open.add(worker.submit(request(random), Listener.NONE));
        } catch (EngineException e) {
          assertEquals(EngineException.Reason.QUEUE_FULL, e.reason());
          refused++;
          open.forEach(handle -> handle.done().exceptionally(failure -> null).join());
          open.clear();
        }
      }
      assertTrue(worker.drain(Duration.ofMinutes(2)));
      EngineStats stats = worker.stats();
      assertEquals(0, stats.waiting() + stats.running());
      assertTrue(stats.finished() > 1000 && stats.cancelled() > 100, stats.toString());
      assertTrue(refused > 0);
      assertEquals(stats.cacheEntries(), model.open());
    }
    assertEquals(0, model.open());
  }

  private static Request request(Random random) {
    int[] prompt = new Random(random.nextInt(50)).ints(1 + random.nextInt(300), 10, 50).toArray();
    GenerationOptions options =
        GenerationOptions.greedy(1 + random.nextInt(20)).withOutputs(1 + random.nextInt(2));
    return Request.tokens(options, prompt);
  }

  private static Worker worker(ScriptedModel model, Tokenizer tokenizer, EngineOptions options) {
    return new Worker(
        model,
        tokenizer,
        Optional.empty(),
        new Constraints(tokenizer, ScriptedModel.VOCABULARY, Set.of()),
        OptionalInt.empty(),
        options,
        options.maxSequences(),
        1500,
        new PrefixCache(model::usage, 0.5));
  }
}
