package io.deltaport.converter;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.Manifest;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * A directory that appears whole or not at all: it is made under a hidden name beside its place and
 * renamed at the end. Closing it without {@link #commit} removes it. A lock keeps two conversions
 * to one place apart; what a killed one left is removed by the next.
 */
final class OutputDirectory implements AutoCloseable {
  private final Path destination;
  private final Path temporary;
  private final FileChannel lock;

  private OutputDirectory(Path destination, Path temporary, FileChannel lock) {
    this.destination = destination;
    this.temporary = temporary;
    this.lock = lock;
  }

  /**
   * Begins a directory for the destination.
   *
   * @throws ConverterException if something else is there, or another conversion to it is under way
   */
  static OutputDirectory begin(Conversion conversion) {
    Path destination = conversion.destination().toAbsolutePath().normalize();
    requireFree(destination, conversion);
    try {
      Path parent = Files.createDirectories(destination.getParent());
      Path temporary = parent.resolve("." + destination.getFileName() + ".partial");
      FileChannel lock =
          lock(parent.resolve("." + destination.getFileName() + ".lock"), destination);
      Files.createDirectories(temporary);
      return new OutputDirectory(destination, temporary, lock);
    } catch (IOException e) {
      throw failed(destination, e);
    }
  }

  /** Where files are written until the end. */
  Path path() {
    return temporary;
  }

  /**
   * Removes what an earlier conversion left, but for the files of these names; says whether
   * anything was removed.
   */
  boolean clear(Set<String> survivors) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(temporary)) {
      boolean removed = false;
      for (Path file : files) {
        if (!survivors.contains(file.getFileName().toString())) {
          delete(file);
          removed = true;
        }
      }
      return removed;
    } catch (IOException e) {
      throw failed(destination, e);
    }
  }

  /** Puts the directory into its place. */
  void commit() {
    try {
      Path old = temporary.resolveSibling("." + destination.getFileName() + ".old");
      delete(old);
      if (Files.exists(destination, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(destination, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(temporary, destination, StandardCopyOption.ATOMIC_MOVE);
      delete(old);
    } catch (IOException e) {
      throw failed(destination, e);
    }
  }

  @Override
  public void close() {
    try {
      delete(temporary);
      Files.deleteIfExists(temporary.resolveSibling("." + destination.getFileName() + ".lock"));
      lock.close();
    } catch (IOException e) {
      throw failed(destination, e);
    }
  }

  private static void requireFree(Path destination, Conversion conversion) {
    if (destination.getParent() == null) {
      throw refused(destination, "a place for a directory", "the root");
    }
    requireApart(destination, conversion.source());
    if (!Files.exists(destination, LinkOption.NOFOLLOW_LINKS) || empty(destination)) {
      return;
    }
    if (!conversion.has(Conversion.Option.FORCE)) {
      throw refused(destination, "nothing there, or to be told to replace it", "something");
    }
    if (!Files.isRegularFile(destination.resolve(Manifest.NAME), LinkOption.NOFOLLOW_LINKS)) {
      throw refused(
          destination, "a model directory to replace", "something without " + Manifest.NAME);
    }
  }

  private static void requireApart(Path destination, Path source) {
    try {
      Path real = Files.exists(destination) ? destination.toRealPath() : destination;
      Path from = source.toRealPath();
      if (from.startsWith(real)) {
        throw refused(destination, "a place that does not hold the checkpoint", from.toString());
      }
    } catch (IOException e) {
      throw failed(source, e);
    }
  }

  private static boolean empty(Path path) {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
      return !files.iterator().hasNext();
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private static FileChannel lock(Path path, Path destination) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = tryLock(channel);
    if (lock == null) {
      channel.close();
      throw refused(destination, "no other conversion to the same place", "one under way");
    }
    return channel;
  }

  private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel)
      throws IOException {
    try {
      return channel.tryLock();
    } catch (java.nio.channels.OverlappingFileLockException e) {
      return null;
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException e) throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static ConverterException refused(Path path, String expected, String found) {
    return new ConverterException(new Problem(path.toString(), expected, found));
  }

  private static ConverterException failed(Path path, IOException e) {
    return new ConverterException(
        new Problem(path.toString(), "a place that can be written", e.toString()), e);
  }
}
