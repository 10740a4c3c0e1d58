package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Pinning;
import io.deltaport.runtime.options.RunException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the threads of a model's runs are, and what they do between runs. */
class ThreadsTest {
  private static final ModelOptions PINNED = Tiny.EXACT.with(Pinning.AUTO);

  @BeforeEach
  void warmUp() {
    assumeTrue(Runtime.getRuntime().availableProcessors() >= 2, "two CPUs are needed");
    try (Model model = Tiny.open()) { // threads that a process starts once
      Tiny.alone(model, 1, 2, 3);
    }
  }

  @Test
  void eachWorkerKeepsToItsCpu() {
    Set<Path> others = Tasks.all();
    try (Model model = Model.open(Tiny.KJV_TINY, PINNED)) {
      List<Integer> cpus = model.options().pinning().cpus();
      Set<Path> workers = Tasks.all();
      workers.removeAll(others);
      assertEquals(2, cpus.stream().distinct().count(), cpus.toString());
      assertTrue(
          workers.stream().anyMatch(worker -> Tasks.cpus(worker).equals("" + cpus.get(1))),
          () -> cpus + " expected, found " + workers.stream().map(Tasks::cpus).toList());
    }
  }

  @Test
  void theCallerKeepsToItsCpuWhileItRuns() throws ExecutionException, InterruptedException {
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try (Model model = Model.open(Tiny.KJV_TINY, PINNED)) {
      String cpu = String.valueOf(model.options().pinning().cpus().get(0));
      Path task = caller.submit(Tasks::current).get();
      String before = Tasks.cpus(task);
      boolean seen = false;
      for (int run = 0; run < 100 && !seen; run++) {
        Future<?> running = caller.submit(() -> Tiny.alone(model, Tiny.ids(256, 1)));
        while (!running.isDone() && !seen) {
          seen = Tasks.cpus(task).equals(cpu);
        }
        running.get();
        assertEquals(before, Tasks.cpus(task));
      }
      assertTrue(seen, "never on CPU " + cpu);
    } finally {
      caller.shutdown();
    }
  }

  @Test
  void modelsOfOneProcessKeepApart() {
    ModelOptions one = PINNED.withThreads(1);
    try (Model first = Model.open(Tiny.KJV_TINY, one);
        Model second = Model.open(Tiny.KJV_TINY, one)) {
      assertNotEquals(first.options().pinning(), second.options().pinning());
    }
  }

  @Test
  void namedCpusSayHowManyThreads() {
    int cpu = cpus().get(1);
    ModelOptions named = ModelOptions.EXACT.with(Pinning.parse(String.valueOf(cpu)));
    try (Model model = Model.open(Tiny.KJV_TINY, named);
        Model usual = Tiny.open()) {
      assertEquals(1, model.options().threadCount());
      assertEquals(List.of(cpu), model.options().pinning().cpus());
      Tiny.assertSame(Tiny.alone(usual, 1, 2, 3), Tiny.alone(model, 1, 2, 3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "all", "1,1", "0-2,2", "-1", "3-1"})
  void anythingButCpusIsRefused(String text) {
    RunException e = assertThrows(RunException.class, () -> Pinning.parse(text));
    assertEquals(RunException.Reason.ARGUMENT, e.reason());
  }

  @Test
  void aModelThatDoesNotOpenTakesNoCpus() {
    List<Integer> before = cpus();
    assertThrows(RuntimeException.class, () -> Model.open(Path.of("nowhere"), PINNED));
    assertEquals(before, cpus());
  }

  @Test
  void workersSleepBetweenRuns() throws InterruptedException {
    Set<Path> others = Tasks.all();
    try (Model model = Tiny.open()) {
      Set<Path> workers = Tasks.all();
      workers.removeAll(others);
      Tiny.alone(model, Tiny.ids(64, 1));
      long before = Tasks.nanos(workers);
      for (int run = 0; run < 20; run++) {
        Tiny.alone(model, 1);
        Thread.sleep(50);
      }
      long used = Tasks.nanos(workers) - before;
      assertTrue(used < 200_000_000, used + " ns of a second");
    }
  }

  private static List<Integer> cpus() {
    try (Model model = Model.open(Tiny.KJV_TINY, PINNED)) {
      return model.options().pinning().cpus();
    }
  }
}
