package io.deltaport.runtime.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.directory.Progress;
import io.deltaport.runtime.options.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageCacheTest {
  @Test
  void whatIsInMemoryIsNotReadAgain(@TempDir Path temp) throws IOException {
    Path file = Files.write(temp.resolve("warm"), new byte[100_000]);
    Told told = new Told();
    PageCache.fill(List.of(file), told);
    assertEquals(0, told.bytes);
  }

  @Test
  void aSparseFileIsReadAndTold(@TempDir Path temp) throws IOException {
    Path file = temp.resolve("cold");
    try (java.io.RandomAccessFile sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(20L << 20);
    }
    Told told = new Told();
    PageCache.fill(List.of(file), told);
    assertEquals("reading weights", told.stage);
    assertEquals(20L << 20, told.bytes);
  }

  @Test
  void aFileThatIsNotThereIsNamed(@TempDir Path temp) {
    Path file = temp.resolve("gone");
    RunException e =
        assertThrows(RunException.class, () -> PageCache.fill(List.of(file), Progress.NONE));
    assertEquals(
        file + ": a readable file expected, found java.nio.file.NoSuchFileException: " + file,
        e.getMessage());
  }

  private static final class Told implements Progress {
    private String stage = "";
    private long bytes;

    @Override
    public void stage(String name, long total) {
      stage = name;
    }

    @Override
    public void advance(long more) {
      bytes += more;
    }
  }
}
