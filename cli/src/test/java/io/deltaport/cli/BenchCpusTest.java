package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCpusTest {
  @TempDir private Path folder;

  @Test
  void tellsSiblingsFromCores() throws IOException {
    siblings(0, "0,2");
    siblings(1, "1,3");
    siblings(2, "0,2");
    siblings(3, "1,3");
    assertEquals("2, siblings of one core", BenchCpus.of(List.of(0, 2), folder).text());
    assertEquals("2, each a core of its own", BenchCpus.of(List.of(0, 1), folder).text());
    assertEquals("4, siblings of 2 cores", BenchCpus.of(List.of(0, 1, 2, 3), folder).text());
  }

  @Test
  void whatTheSystemDoesNotSayIsUnknown() throws IOException {
    siblings(0, "0-1");
    siblings(1, "none");
    for (int other : List.of(1, 2)) { // one no list, one without a file
      assertEquals(
          "2; the system does not say which share a core",
          BenchCpus.of(List.of(0, other), folder).text());
    }
  }

  private void siblings(int cpu, String list) throws IOException {
    Path topology = Files.createDirectories(folder.resolve("cpu" + cpu + "/topology"));
    Files.writeString(topology.resolve("thread_siblings_list"), list + "\n");
  }
}
