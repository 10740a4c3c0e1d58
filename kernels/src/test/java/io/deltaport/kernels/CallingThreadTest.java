package io.deltaport.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CallingThreadTest {
  @Test
  void staysOnItsCpuUntilItIsUnpinned() throws IOException {
    String before = allowed();
    int cpu = Integer.parseInt(before.replaceAll(".*\\D", "")); // the last
    CallingThread.pin(cpu);
    try {
      assertEquals(String.valueOf(cpu), allowed());
      CallingThread.pin(cpu);
    } finally {
      CallingThread.unpin();
    }
    assertEquals(before, allowed());
    CallingThread.unpin();
    assertEquals(before, allowed());
  }

  @Test
  void aCpuThatIsNotThereIsAnError() throws IOException {
    String before = allowed();
    for (int cpu : new int[] {-1, 1023, 5000}) {
      assertThrows(KernelException.class, () -> CallingThread.pin(cpu));
    }
    assertEquals(before, allowed());
  }

  private static String allowed() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/status"))) {
      return lines
          .filter(line -> line.startsWith("Cpus_allowed_list:"))
          .map(line -> line.replaceAll(".*\\s", ""))
          .findFirst()
          .orElseThrow();
    }
  }
}
