package io.deltaport.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a stream of this process is a terminal. */
final class Terminal {
  private static final Path STREAMS = Path.of("/proc/self/fd");

  private Terminal() {}

  static boolean isInput() {
    return isTerminal("0");
  }

  static boolean isOutput() {
    return isTerminal("1");
  }

  static boolean isError() {
    return isTerminal("2");
  }

  private static boolean isTerminal(String descriptor) {
    try {
      Path target = Files.readSymbolicLink(STREAMS.resolve(descriptor));
      return target.startsWith("/dev/pts")
          || target.toString().startsWith("/dev/tty")
          || target.toString().equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }
}
