package io.deltaport.cli;

import io.deltaport.runtime.session.MachineCpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The CPUs that a measurement may use: two that are siblings of one core do less than two cores.
 *
 * @param cpus how many
 * @param cores cores that they are of; empty where the system does not say
 */
record BenchCpus(int cpus, OptionalInt cores) {
  /** Of this process. */
  static BenchCpus here() {
    try {
      return of(MachineCpus.allowed(), MachineCpus.FOLDER);
    } catch (IOException e) {
      return new BenchCpus(Runtime.getRuntime().availableProcessors(), OptionalInt.empty());
    }
  }

  /** Of some CPUs, by a folder that is laid out as {@code /sys/devices/system/cpu}. */
  static BenchCpus of(List<Integer> cpus, Path folder) {
    Set<List<Integer>> cores = new HashSet<>();
    for (int cpu : cpus) {
      Optional<List<Integer>> siblings = MachineCpus.siblings(folder, cpu);
      if (siblings.isEmpty()) {
        return new BenchCpus(cpus.size(), OptionalInt.empty());
      }
      cores.add(siblings.orElseThrow());
    }
    return new BenchCpus(cpus.size(), OptionalInt.of(cores.size()));
  }

  String text() {
    if (cores.isEmpty()) {
      return cpus + "; the system does not say which share a core";
    }
    int count = cores.getAsInt();
    if (count == cpus) {
      return cpus + ", each a core of its own";
    }
    return count == 1
        ? cpus + ", siblings of one core"
        : cpus + ", siblings of " + count + " cores";
  }
}
