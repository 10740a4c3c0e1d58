package io.deltaport.runtime.state;

import io.deltaport.runtime.options.ControlGroups;
import io.deltaport.runtime.options.ControlGroups.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Memory that this machine could still give, as Linux estimates it, and no more than the control
 * groups of this process, such as a container's, leave it.
 */
public final class AvailableMemory {
  private static final String FIELD = "MemAvailable:";

  private AvailableMemory() {}

  /** In bytes; where Linux does not say, what the Java heap may take. */
  public static long bytes() {
    return within(Path.of("/"));
  }

  /** The same of a machine whose files lie under {@code root}. */
  static long within(Path root) {
    long least = ofMachine(root);
    for (Group group : ControlGroups.of(root, "memory")) {
      least = Math.min(least, group.isUnified() ? unified(group) : legacy(group));
    }
    return Math.max(0, least);
  }

  private static long ofMachine(Path root) {
    try (Stream<String> lines = Files.lines(root.resolve("proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElseGet(() -> Runtime.getRuntime().maxMemory());
    } catch (IOException e) {
      return Runtime.getRuntime().maxMemory();
    }
  }

  private static long unified(Group group) {
    long files = group.number("memory.stat", "inactive_file").orElse(0L);
    return left(group, "memory.max", "memory.current", files);
  }

  private static long legacy(Group group) {
    long files = group.number("memory.stat", "total_inactive_file").orElse(0L);
    return left(group, "memory.limit_in_bytes", "memory.usage_in_bytes", files);
  }

  /** Pages of files that were not used of late count as used, and are given up when needed. */
  private static long left(Group group, String limit, String usage, long files) {
    long used = group.number(usage).orElse(0L);
    return group.number(limit).map(most -> most - used + files).orElse(Long.MAX_VALUE);
  }
}
