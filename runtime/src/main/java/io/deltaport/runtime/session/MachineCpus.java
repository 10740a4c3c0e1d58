package io.deltaport.runtime.session;

import io.deltaport.runtime.options.CpuList;
import io.deltaport.runtime.options.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The CPUs of this machine, as Linux tells of them. */
final class MachineCpus {
  private static final String ALLOWED = "Cpus_allowed_list:";

  private MachineCpus() {}

  /** The CPUs that the calling thread may run on, each with those that share its core. */
  static SortedMap<Integer, List<Integer>> cores() {
    SortedMap<Integer, List<Integer>> cores = new TreeMap<>();
    allowed().forEach(cpu -> cores.put(cpu, core(cpu)));
    return cores;
  }

  private static List<Integer> allowed() {
    Path status = Path.of("/proc/thread-self/status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(ALLOWED))
          .flatMap(line -> CpuList.parse(line.substring(ALLOWED.length()).strip()).stream())
          .findFirst()
          .orElseThrow(() -> unknown(status + ": expected " + ALLOWED));
    } catch (IOException e) {
      throw unknown(e.toString());
    }
  }

  /** The CPU alone where nothing else is known. */
  private static List<Integer> core(int cpu) {
    try {
      Path siblings =
          Path.of("/sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list");
      return CpuList.parse(Files.readString(siblings).strip()).orElse(List.of(cpu));
    } catch (IOException e) {
      return List.of(cpu);
    }
  }

  private static RunException unknown(String why) {
    return new RunException(
        RunException.Reason.BACKEND,
        "threads cannot be pinned: this system does not say which CPUs may be used (" + why + ")");
  }
}
