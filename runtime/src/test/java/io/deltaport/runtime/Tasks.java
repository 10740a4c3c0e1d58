package io.deltaport.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The threads of this process, native ones too, as Linux tells of them. */
final class Tasks {
  private static final Path ALL = Path.of("/proc/self/task");

  private Tasks() {}

  static Set<Path> all() {
    try (Stream<Path> tasks = Files.list(ALL)) {
      return tasks.collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The calling one. */
  static Path current() {
    try {
      return ALL.resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The list of CPUs that a thread may run on, "" when it has ended. */
  static String cpus(Path task) {
    try (Stream<String> lines = Files.lines(task.resolve("status"))) {
      return lines
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .map(line -> line.replaceAll(".*\\s", ""))
          .findFirst()
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  /** For how long threads that have not ended have run on a CPU, in nanoseconds. */
  static long nanos(Set<Path> tasks) {
    return tasks.stream().mapToLong(Tasks::nanos).sum();
  }

  private static long nanos(Path task) {
    try {
      return Long.parseLong(Files.readString(task.resolve("schedstat")).split(" ", 2)[0]);
    } catch (IOException e) {
      return 0;
    }
  }
}
