package io.deltaport.runtime.options;

import io.deltaport.runtime.options.ControlGroups.Group;
import java.nio.file.Path;
import java.util.List;

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
    for (Group group : ControlGroups.of(root, "cpu")) {
      least = Math.min(least, group.isUnified() ? unified(group) : legacy(group));
    }
    return Math.max(1, (int) least);
  }

  /** {@code cpu.max}: quota and period, or {@code max} and a period. */
  private static double unified(Group group) {
    List<String> fields =
        group.first("cpu.max").map(line -> List.of(line.split(" "))).orElse(List.of());
    return fields.size() == 2 ? ratio(fields.get(0), fields.get(1)) : Double.POSITIVE_INFINITY;
  }

  private static double legacy(Group group) {
    return ratio(
        group.first("cpu.cfs_quota_us").orElse("-1"),
        group.first("cpu.cfs_period_us").orElse("-1"));
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
}
