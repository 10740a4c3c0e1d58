package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ManySessionsTest {
  private static final int WARM = 200;
  private static final int SESSIONS = 1000;
  private static final long MOST_GROWTH = 24L << 20;

  @Test
  @DisplayName("pitfall 31: create, run and close 1,000 sessions: flat resident memory")
  void residentMemoryStaysFlat() throws IOException {
    Path checkpoint = Tiny.FIXTURES.resolve("cases").resolve("steps");
    try (Model model = Model.open(checkpoint, Tiny.EXACT.withThreads(1))) {
      long warm = 0;
      for (int i = 0; i < SESSIONS; i++) {
        if (i == WARM) {
          warm = residentBytes();
        }
        openRunClose(model.directory());
      }
      long grown = residentBytes() - warm;
      assertTrue(grown <= MOST_GROWTH, "grown by " + grown + " bytes in " + (SESSIONS - WARM));
    }
  }

  private static void openRunClose(Path directory) {
    try (Model model = Model.open(directory, Tiny.EXACT.withThreads(1));
        Sequence sequence = model.newSequence()) {
      model.run(List.of(Step.of(sequence, 1, 2, 3).topK(1))).close();
    }
  }

  private static long residentBytes() throws IOException {
    System.gc();
    try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
      return status
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
          .findFirst()
          .orElseThrow();
    }
  }
}
