package io.deltaport.converter;

import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.Checksums;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.Progress;
import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The checksums of the files that a conversion leaves. */
final class FileEntries {
  private FileEntries() {}

  /** Entries of weight files; their names are those in the folder. */
  static List<FileEntry> weights(
      List<Shard> shards, WeightFolder folder, Conversion conversion, Progress progress) {
    if (conversion.has(Option.HASH)) {
      progress.stage("hashing weights", shards.stream().mapToLong(Shard::bytes).sum());
    }
    List<FileEntry> entries = new ArrayList<>();
    for (Shard shard : shards) {
      try (Checksums sums = Checksums.of(folder.path().resolve(folder.nameOf(shard)))) {
        String whole =
            conversion.has(Option.HASH) ? sums.whole(progress::advance) : blobHash(shard);
        entries.add(
            new FileEntry(folder.nameOf(shard), sums.bytes(), sums.header(), sums.pages(), whole));
      }
    }
    return entries;
  }

  /** Entries of weight files that the conversion wrote; each is read whole. */
  static List<FileEntry> written(
      Collection<String> names, Path directory, Map<String, Long> bytes, Progress progress) {
    progress.stage("hashing weights", bytes.values().stream().mapToLong(n -> n).sum());
    List<FileEntry> entries = new ArrayList<>();
    for (String name : names) {
      try (Checksums sums = Checksums.of(directory.resolve(name))) {
        entries.add(
            new FileEntry(
                name, sums.bytes(), sums.header(), sums.pages(), sums.whole(progress::advance)));
      }
    }
    return entries;
  }

  /** The entry of a file that is no weight file. */
  static FileEntry small(Path directory, String name) {
    try (Checksums sums = Checksums.of(directory.resolve(name))) {
      return new FileEntry(name, sums.bytes(), null, sums.pages(), sums.whole(n -> {}));
    }
  }

  /** The hash by which a Hugging Face cache names a blob of large files. */
  private static @Nullable String blobHash(Shard shard) {
    try {
      Path real = shard.path().toRealPath();
      Path folder = real.getParent();
      String name = String.valueOf(real.getFileName());
      boolean blob = folder != null && folder.endsWith("blobs") && name.matches("[0-9a-f]{64}");
      return blob ? name : null;
    } catch (IOException e) {
      throw new ConverterException(new Problem(shard.name(), "a readable file", e.toString()), e);
    }
  }
}
