package io.deltaport.runtime.open;

import io.deltaport.runtime.options.RunException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A directory of its own that goes when it is closed, at the latest when the process ends. */
final class TemporaryDirectory implements AutoCloseable {
  private final Path path;
  private final Thread atExit;

  private TemporaryDirectory(Path path) {
    this.path = path;
    this.atExit = new Thread(this::delete, "deltaport-delete-" + path.getFileName());
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  static TemporaryDirectory create() {
    try {
      return new TemporaryDirectory(Files.createTempDirectory("deltaport-model"));
    } catch (IOException e) {
      throw new RunException(
          RunException.Reason.MODEL,
          System.getProperty("java.io.tmpdir") + ": a writable directory expected, found " + e,
          e);
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the process is ending: the hook deletes
    }
    delete();
  }

  private void delete() {
    try (Stream<Path> tree = Files.walk(path)) {
      List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path entry : deepestFirst) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be deleted", e);
    }
  }
}
