package io.deltaport.runtime.session;

import io.deltaport.runtime.options.CpuList;
import io.deltaport.runtime.options.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The CPUs of this machine, as Linux tells of them. */
public final class MachineCpus {
  /** Where Linux tells of CPUs. */
  public static final Path FOLDER = Path.of("/sys/devices/system/cpu");

  private static final String ALLOWED = "Cpus_allowed_list:";

  private MachineCpus() {}

  /** The CPUs that the calling thread may run on, each with those that share its core. */
  static SortedMap<Integer, List<Integer>> cores() {
    SortedMap<Integer, List<Integer>> cores = new TreeMap<>();
    try {
      // the CPU alone where nothing else is known
      allowed().forEach(cpu -> cores.put(cpu, siblings(FOLDER, cpu).orElse(List.of(cpu))));
    } catch (IOException e) {
      throw new RunException(
          RunException.Reason.BACKEND,
          "threads cannot be pinned: this system does not say which CPUs may be used (" + e + ")",
          e);
    }
    return cores;
  }

  /** The CPUs that the calling thread may run on. */
  public static List<Integer> allowed() throws IOException {
    Path status = Path.of("/proc/thread-self/status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith(ALLOWED))
          .flatMap(line -> CpuList.parse(line.substring(ALLOWED.length()).strip()).stream())
          .findFirst()
          .orElseThrow(() -> new IOException(status + ": expected " + ALLOWED));
    }
  }

  /**
   * The CPUs that share a CPU's core, itself among them; empty where that is not said.
   *
   * @param folder laid out as {@link #FOLDER}
   */
  public static Optional<List<Integer>> siblings(Path folder, int cpu) {
    Path list = folder.resolve("cpu" + cpu).resolve("topology").resolve("thread_siblings_list");
    try {
      return CpuList.parse(Files.readString(list).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
