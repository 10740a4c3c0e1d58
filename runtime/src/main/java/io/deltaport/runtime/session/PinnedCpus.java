package io.deltaport.runtime.session;

import io.deltaport.runtime.options.Pinning;
import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.ToIntFunction;

/** The CPUs that an open model's threads are pinned to, counted over this process. */
public final class PinnedCpus implements AutoCloseable {
  /** How many models are pinned to a CPU. */
  private static final Map<Integer, Integer> MODELS = new HashMap<>();

  private final List<Integer> cpus;

  private PinnedCpus(List<Integer> cpus) {
    this.cpus = cpus;
  }

  /**
   * Takes a CPU for each thread, until it is closed.
   *
   * @throws RunException if there are too few, or one is named that may not be used
   */
  public static PinnedCpus take(Pinning pinning, int threads) {
    if (pinning.choice() == Pinning.Choice.SYSTEM) {
      return new PinnedCpus(List.of());
    }
    SortedMap<Integer, List<Integer>> cores = MachineCpus.cores();
    synchronized (MODELS) {
      List<Integer> cpus =
          pinning.choice() == Pinning.Choice.AUTO
              ? choose(cores, threads, MODELS)
              : named(pinning.cpus(), cores.keySet(), threads);
      cpus.forEach(cpu -> MODELS.merge(cpu, 1, Integer::sum));
      return new PinnedCpus(cpus);
    }
  }

  private static List<Integer> named(List<Integer> cpus, Set<Integer> allowed, int threads) {
    if (!allowed.containsAll(cpus)) {
      List<Integer> wrong = new ArrayList<>(cpus);
      wrong.removeAll(allowed);
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "pinning: this process may not use CPU %s, but %s".formatted(text(wrong), text(allowed)));
    }
    return firstOf(cpus, threads);
  }

  /**
   * One after the other the CPU to which the fewest models are pinned, of these the one whose core
   * has the fewest threads.
   *
   * @param cores the CPUs that may be chosen, and those of the core of each
   * @param models how many models are pinned to a CPU
   */
  static List<Integer> choose(
      SortedMap<Integer, List<Integer>> cores, int threads, Map<Integer, Integer> models) {
    Map<Integer, Integer> pinned = new HashMap<>(models);
    Set<Integer> chosen = new LinkedHashSet<>();
    ToIntFunction<Integer> onCpu = cpu -> pinned.getOrDefault(cpu, 0);
    Comparator<Integer> order =
        Comparator.comparingInt(onCpu)
            .thenComparingInt(
                cpu -> cores.getOrDefault(cpu, List.of()).stream().mapToInt(onCpu).sum());
    while (chosen.size() < Math.min(threads, cores.size())) {
      Integer next =
          cores.keySet().stream().filter(cpu -> !chosen.contains(cpu)).min(order).orElseThrow();
      pinned.merge(next, 1, Integer::sum);
      chosen.add(next);
    }
    return firstOf(List.copyOf(chosen), threads);
  }

  private static List<Integer> firstOf(List<Integer> cpus, int threads) {
    if (cpus.size() < threads) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "pinning: expected a CPU for each of %d threads, found %s"
              .formatted(threads, text(cpus)));
    }
    return List.copyOf(cpus.subList(0, threads));
  }

  private static String text(Collection<Integer> cpus) {
    return String.join(",", cpus.stream().sorted().map(String::valueOf).toList());
  }

  /** The same, named. */
  public Pinning pinning() {
    return cpus.isEmpty() ? Pinning.NONE : Pinning.to(cpus);
  }

  @Override
  public void close() {
    synchronized (MODELS) {
      cpus.forEach(cpu -> MODELS.computeIfPresent(cpu, (c, n) -> n == 1 ? null : n - 1));
    }
  }
}
