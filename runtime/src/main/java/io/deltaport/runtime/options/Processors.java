package io.deltaport.runtime.options;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How many processors this process may keep busy: those it may run on, and no more than the quota
 * of its control group, a fraction rounded down. The JVM rounds up, and a thread more than the
 * quota allows makes all of them wait.
 */
final class Processors {
  private Processors() {}

  static int available() {
    return within(Path.of("/"), Runtime.getRuntime().availableProcessors());
  }

  /** The same of a machine whose files lie under {@code root}, with {@code processors} of them. */
  static int within(Path root, int processors) {
    double least = processors;
    for (String line : lines(root.resolve("proc/self/cgroup"))) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3) {
        least = Math.min(least, quota(root.resolve("sys/fs/cgroup"), fields[1], fields[2]));
      }
    }
    return Math.max(1, (int) least);
  }

  /** The lowest quota of a group and of those around it; infinite where there is none. */
  private static double quota(Path mount, String controllers, String group) {
    boolean unified = controllers.isEmpty();
    if (!unified && !List.of(controllers.split(",")).contains("cpu")) {
      return Double.POSITIVE_INFINITY;
    }
    Path top = unified ? mount : mount.resolve("cpu");
    double least = Double.POSITIVE_INFINITY;
    Path relative = Path.of("/").relativize(Path.of(group).normalize());
    for (Path at = top.resolve(relative);
        at != null && at.startsWith(top);
        at = at.getParent()) {
      least = Math.min(least, unified ? unified(at) : legacy(at));
    }
    return least;
  }

  /** {@code cpu.max}: quota and period, or {@code max} and a period. */
  private static double unified(Path group) {
    List<String> fields =
        first(group.resolve("cpu.max")).map(line -> List.of(line.split(" "))).orElse(List.of());
    return fields.size() == 2 ? ratio(fields.get(0), fields.get(1)) : Double.POSITIVE_INFINITY;
  }

  private static double legacy(Path group) {
    return ratio(
        first(group.resolve("cpu.cfs_quota_us")).orElse("-1"),
        first(group.resolve("cpu.cfs_period_us")).orElse("-1"));
  }

  private static double ratio(String quota, String period) {
    try {
      long time = Long.parseLong(quota);
      long of = Long.parseLong(period);
      return time > 0 && of > 0 ? (double) time / of : Double.POSITIVE_INFINITY;
    } catch (NumberFormatException e) { // "max"
      return Double.POSITIVE_INFINITY;
    }
  }

  private static Optional<String> first(Path file) {
    return lines(file).stream().map(String::strip).findFirst();
  }

  /** Of a file that may not be there. */
  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
