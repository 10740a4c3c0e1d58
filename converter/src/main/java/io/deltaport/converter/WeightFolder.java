package io.deltaport.converter;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.Manifest.WeightFiles;
import io.deltaport.directory.Progress;
import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.Shard;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * How the shards of a checkpoint become the weight files of a model directory: as hard links, as
 * copies, or as a reference to the folder where they stay.
 *
 * @param path the folder where the files are, once they are placed
 */
record WeightFolder(WeightFiles files, Path path) {
  private static final long CHUNK = 1L << 26;

  /** Places the shards in a directory, or refers to their own. */
  static WeightFolder place(
      List<Shard> shards, Conversion.WeightsMode mode, Path directory, Progress progress) {
    return switch (mode) {
      case AUTO -> link(shards, directory).orElseGet(() -> reference(shards));
      case COPY -> copy(shards, directory, progress);
      case REFERENCE -> reference(shards);
    };
  }

  /**
   * Whether hard links to the shards are possible in a directory; asked with one that is then
   * removed.
   */
  static boolean links(List<Shard> shards, Path directory) {
    Path link = directory.resolve(".link");
    try {
      for (Shard shard : shards.subList(0, 1)) {
        Files.createLink(link, real(shard));
        Files.delete(link);
      }
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** The name of a shard in this folder. */
  String nameOf(Shard shard) {
    return files == WeightFiles.REFERENCE
        ? String.valueOf(real(shard).getFileName())
        : shard.name();
  }

  /** The folder as a manifest names it. */
  Optional<String> reference() {
    return files == WeightFiles.REFERENCE ? Optional.of(path.toString()) : Optional.empty();
  }

  private static Optional<WeightFolder> link(List<Shard> shards, Path directory) {
    try {
      for (Shard shard : shards) {
        Files.createLink(directory.resolve(shard.name()), real(shard));
      }
      return Optional.of(new WeightFolder(WeightFiles.LINK, directory));
    } catch (IOException | UnsupportedOperationException e) {
      return removeLinks(shards, directory);
    }
  }

  private static Optional<WeightFolder> removeLinks(List<Shard> shards, Path directory) {
    try {
      for (Shard shard : shards) {
        Files.deleteIfExists(directory.resolve(shard.name()));
      }
      return Optional.empty();
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  private static WeightFolder copy(List<Shard> shards, Path directory, Progress progress) {
    progress.stage("copying weights", shards.stream().mapToLong(Shard::bytes).sum());
    for (Shard shard : shards) {
      copy(shard, directory.resolve(shard.name()), progress);
    }
    return new WeightFolder(WeightFiles.COPY, directory);
  }

  private static void copy(Shard shard, Path to, Progress progress) {
    try (FileChannel in = FileChannel.open(shard.path(), StandardOpenOption.READ);
        FileChannel out =
            FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at = 0; at < shard.bytes(); ) {
        long n = in.transferTo(at, Math.min(CHUNK, shard.bytes() - at), out);
        if (n <= 0) {
          throw new ConverterException(
              new Problem(shard.name(), shard.bytes() + " bytes", "end of file at " + at));
        }
        at += n;
        progress.advance(n);
      }
    } catch (IOException e) {
      throw failed(to, e);
    }
  }

  private static WeightFolder reference(List<Shard> shards) {
    List<Path> folders = shards.stream().map(shard -> real(shard).getParent()).distinct().toList();
    if (folders.size() != 1 || folders.get(0) == null) {
      throw new ConverterException(
          new Problem(
              "the shards",
              "one folder to refer to, or to be copied",
              folders.size() + " folders"));
    }
    return new WeightFolder(WeightFiles.REFERENCE, folders.get(0));
  }

  private static Path real(Shard shard) {
    try {
      return shard.path().toRealPath();
    } catch (IOException e) {
      throw failed(shard.path(), e);
    }
  }

  private static ConverterException failed(Path path, IOException e) {
    return new ConverterException(
        new Problem(path.toString(), "a file that can be read and placed", e.toString()), e);
  }
}
