package io.deltaport.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory this process takes, as Linux counts it. */
final class ProcessMemory {
  private static final String PEAK = "VmHWM:";
  private static final String RESET_PEAK = "5"; // proc(5), clear_refs

  private ProcessMemory() {}

  /** Has {@link #peakBytes} count from now on. */
  static void resetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), RESET_PEAK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The most that was resident since the start or the last reset, in bytes. */
  static long peakBytes() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow(() -> new CommandException("/proc/self/status: expected " + PEAK));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
