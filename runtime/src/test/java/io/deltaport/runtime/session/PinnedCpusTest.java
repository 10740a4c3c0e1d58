package io.deltaport.runtime.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.runtime.options.Pinning;
import io.deltaport.runtime.options.RunException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PinnedCpusTest {
  /** Three cores of two CPUs, and CPU 6, whose sibling may not be used. */
  private static final SortedMap<Integer, List<Integer>> CORES =
      new TreeMap<>(
          Map.of(
              0, List.of(0, 1),
              1, List.of(0, 1),
              2, List.of(2, 5),
              3, List.of(3, 4),
              4, List.of(3, 4),
              5, List.of(2, 5),
              6, List.of(6, 7)));

  @Test
  void oneACoreThenTheOthers() {
    assertEquals(List.of(0, 2, 3, 6), PinnedCpus.choose(CORES, 4, Map.of()));
    assertEquals(List.of(0, 2, 3, 6, 1, 4, 5), PinnedCpus.choose(CORES, 7, Map.of()));
  }

  @Test
  void whereTheFewestModelsAre() {
    Map<Integer, Integer> others = Map.of(0, 1, 2, 1);
    assertEquals(List.of(3, 6), PinnedCpus.choose(CORES, 2, others));
    assertEquals(List.of(3, 6, 1, 4, 5, 0, 2), PinnedCpus.choose(CORES, 7, others));
  }

  @Test
  void fewerCpusThanThreadsIsAnError() {
    refused(
        "pinning: expected a CPU for each of 8 threads, found 0,1,2,3,4,5,6",
        () -> PinnedCpus.choose(CORES, 8, Map.of()));
    int cpu = MachineCpus.cores().firstKey();
    refused(
        "pinning: expected a CPU for each of 2 threads, found " + cpu,
        () -> PinnedCpus.take(Pinning.to(List.of(cpu)), 2));
  }

  @Test
  void aCpuThatMayNotBeUsedIsAnError() {
    refused(
        "pinning: this process may not use CPU 99999, but "
            + String.join(",", MachineCpus.cores().keySet().stream().map(String::valueOf).toList()),
        () -> PinnedCpus.take(Pinning.to(List.of(99_999)), 1));
  }

  @Test
  void whatIsTakenIsGivenBack() {
    Pinning first;
    try (PinnedCpus taken = PinnedCpus.take(Pinning.AUTO, 1)) {
      first = taken.pinning();
      try (PinnedCpus second = PinnedCpus.take(Pinning.AUTO, 1)) {
        assertEquals(MachineCpus.cores().size() == 1, first.equals(second.pinning()));
      }
    }
    try (PinnedCpus again = PinnedCpus.take(Pinning.AUTO, 1)) {
      assertEquals(first, again.pinning());
    }
    try (PinnedCpus none = PinnedCpus.take(Pinning.NONE, 5)) {
      assertEquals(Pinning.NONE, none.pinning());
    }
  }

  private static void refused(String message, Runnable take) {
    RunException e = assertThrows(RunException.class, take::run);
    assertEquals(RunException.Reason.ARGUMENT, e.reason());
    assertEquals(message, e.getMessage());
  }
}
