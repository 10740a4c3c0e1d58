package io.deltaport.runtime.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The temporary directory that ONNX Runtime's Java loader unpacks its libraries into. The loader
 * means to delete it when the process ends, but tries the directory before the files in it and so
 * leaves it behind.
 */
final class UnpackedLibrary {
  private static boolean done;

  private UnpackedLibrary() {}

  /** Has the directory deleted when the process ends; once, after the loader has run. */
  static synchronized void deleteAtExit() {
    if (!done) {
      done = true;
      directory()
          .ifPresent(
              directory ->
                  Runtime.getRuntime()
                      .addShutdownHook(new Thread(() -> delete(directory), "unpacked-library")));
    }
  }

  /** Where the library of this process is mapped from, if its loader made that directory. */
  private static Optional<Path> directory() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.endsWith("/libonnxruntime.so"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent())
          .filter(parent -> String.valueOf(parent.getFileName()).startsWith("onnxruntime-java"))
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("/proc/self/maps", e);
    }
  }

  private static void delete(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(directory + ": cannot be deleted", e);
    }
  }
}
