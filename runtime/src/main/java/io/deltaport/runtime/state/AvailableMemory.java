package io.deltaport.runtime.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory that this machine could still give, as Linux estimates it. */
public final class AvailableMemory {
  private static final String FIELD = "MemAvailable:";

  private AvailableMemory() {}

  /** In bytes; where Linux does not say, what the Java heap may take. */
  public static long bytes() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElseGet(() -> Runtime.getRuntime().maxMemory());
    } catch (IOException e) {
      return Runtime.getRuntime().maxMemory();
    }
  }
}
