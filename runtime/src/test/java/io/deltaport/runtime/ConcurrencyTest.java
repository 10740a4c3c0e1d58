package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A model is shared: callers with sequences of their own do not notice each other. */
class ConcurrencyTest {
  private static final int CALLERS = 6;

  /** Two blocks and a row are the prefix, the rest must be given back. */
  @Test
  void callersGetWhatTheyWouldGetAlone() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try (Model model = Tiny.open();
        Sequence prefix = model.newSequence()) {
      prefix.append(Tiny.ids(40, 1));
      List<Future<float[][]>> results = new ArrayList<>();
      for (int caller = 0; caller < CALLERS; caller++) {
        Sequence own = prefix.fork();
        int seed = caller;
        results.add(threads.submit(() -> talk(own, seed)));
      }
      for (int caller = 0; caller < CALLERS; caller++) {
        Tiny.assertSame(talk(prefix.fork(), caller), results.get(caller).get());
      }
      assertEquals(3, model.pool().used());
    } finally {
      threads.shutdown();
    }
  }

  /** Steps, forks, snapshots and crops; gives the logits of the last step. */
  private static float[][] talk(Sequence sequence, int seed) {
    try (sequence;
        Snapshot start = sequence.snapshot()) {
      for (int round = 0; round < 4; round++) {
        Tiny.next(sequence, Tiny.ids(5 + seed, seed));
        try (Sequence fork = sequence.fork()) {
          Tiny.next(fork, Tiny.ids(3, round));
        }
        sequence.restore(start);
      }
      Tiny.next(Step.of(sequence, Tiny.ids(4, seed)).save(SaveState.EVERY));
      sequence.crop(sequence.length() - 2);
      return Tiny.next(sequence, Tiny.ids(6, seed));
    }
  }
}
