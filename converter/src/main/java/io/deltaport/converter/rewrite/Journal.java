package io.deltaport.converter.rewrite;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How far a rewriting has come, in a file beside its shards: what is rewritten, as a fingerprint,
 * and for each batch of rewrites that is done and on the disk where it ends, and a checksum of what
 * it wrote. A conversion of the same fingerprint goes on from there.
 */
public final class Journal {
  /** Name of the file. */
  public static final String NAME = "journal";

  private static final long LARGEST = 1L << 24;

  private final Path file;
  private final String fingerprint;
  private final List<Batch> batches = new ArrayList<>();
  private final boolean begun;

  private Journal(Path file, String fingerprint) {
    this.file = file;
    this.fingerprint = fingerprint;
    List<String> lines = lines();
    this.begun =
        !lines.isEmpty()
            && lines.get(0).equals(fingerprint)
            && lines.stream().skip(1).allMatch(line -> line.matches(Batch.LINE));
    if (begun) {
      lines.stream().skip(1).map(Batch::parse).forEach(batches::add);
    }
  }

  /**
   * Jobs that are done.
   *
   * @param end how many are, with those of the batches before
   * @param checksum of what this batch wrote
   */
  record Batch(int end, long checksum) {
    private static final String LINE = "\\d{1,9} [0-9a-f]{1,8}";

    private static Batch parse(String line) {
      int space = line.indexOf(' ');
      return new Batch(
          Integer.parseInt(line.substring(0, space)),
          Long.parseLong(line.substring(space + 1), 16));
    }

    private String line() {
      return end + " " + Long.toHexString(checksum);
    }
  }

  /** The journal of a directory, as it is there. */
  public static Journal of(Path directory, String fingerprint) {
    return new Journal(directory.resolve(NAME), fingerprint);
  }

  /** Whether the directory holds a rewriting of this fingerprint, begun and not finished. */
  public boolean begun() {
    return begun;
  }

  /** Whether the directory holds shards of these sizes, begun and not finished, to go on with. */
  public boolean begunWith(Map<String, Long> shards) {
    return begun
        && shards.entrySet().stream().allMatch(shard -> holds(shard.getKey(), shard.getValue()));
  }

  private boolean holds(String shard, long bytes) {
    Path path = file.resolveSibling(shard);
    try {
      return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.size(path) == bytes;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The batches that are done, in their order. */
  List<Batch> batches() {
    return List.copyOf(batches);
  }

  /** Keeps the first so many batches and notes that on the disk. */
  void keep(int count) {
    batches.subList(count, batches.size()).clear();
    write();
  }

  /** Notes that a batch is done and on the disk. */
  void note(Batch batch) {
    batches.add(batch);
    write();
  }

  private void write() {
    Path next = file.resolveSibling(NAME + ".next");
    List<String> lines = new ArrayList<>(List.of(fingerprint));
    batches.forEach(batch -> lines.add(batch.line()));
    try {
      Files.write(next, lines);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Ends the journal. */
  public void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private List<String> lines() {
    try {
      boolean there =
          Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= LARGEST;
      return there ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private ConverterException failed(IOException e) {
    return new ConverterException(
        new Problem(file.toString(), "a file that can be written", e.toString()), e);
  }
}
