package io.deltaport.converter;

import io.deltaport.loader.Problem;
import io.deltaport.loader.directory.Checksums;
import io.deltaport.loader.directory.FileEntry;
import io.deltaport.loader.tensor.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checksums of the files that a conversion leaves. */
final class FileEntries {
  private FileEntries() {}

  /** How much of a weight file is read for its checksums. */
  enum Hashing {
    PAGES,
    WHOLE
  }

  /** Entries of weight files; their names are those in the folder. */
  static List<FileEntry> weights(
      List<Shard> shards, WeightFolder folder, Hashing hashing, Progress progress) {
    if (hashing == Hashing.WHOLE) {
      progress.stage("hashing weights", shards.stream().mapToLong(Shard::bytes).sum());
    }
    List<FileEntry> entries = new ArrayList<>();
    for (Shard shard : shards) {
      try (Checksums sums = Checksums.of(folder.path().resolve(folder.nameOf(shard)))) {
        String whole = hashing == Hashing.WHOLE ? sums.whole(progress::advance) : blobHash(shard);
        entries.add(
            new FileEntry(folder.nameOf(shard), sums.bytes(), sums.header(), sums.pages(), whole));
      }
    }
    return entries;
  }

  /** The entry of a file that is no weight file. */
  static FileEntry small(Path file) {
    try (Checksums sums = Checksums.of(file)) {
      return new FileEntry(
          String.valueOf(file.getFileName()),
          sums.bytes(),
          null,
          sums.pages(),
          sums.whole(n -> {}));
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
