package io.deltaport.converter.rewrite;

import io.deltaport.converter.ConverterException;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * How far a rewriting has come, in a file beside its shards: what is rewritten, as a fingerprint,
 * and how many jobs are done. A conversion of the same fingerprint goes on from there.
 */
public final class Journal {
  /** Name of the file. */
  public static final String NAME = "journal";

  private final Path file;
  private final String fingerprint;

  private Journal(Path file, String fingerprint) {
    this.file = file;
    this.fingerprint = fingerprint;
  }

  /** The journal of a directory. */
  public static Journal of(Path directory, String fingerprint) {
    return new Journal(directory.resolve(NAME), fingerprint);
  }

  /** Whether the directory holds a rewriting of this fingerprint, begun and not finished. */
  public boolean begun() {
    List<String> lines = lines();
    return lines.size() == 2
        && lines.get(0).equals(fingerprint)
        && lines.get(1).matches("\\d{1,9}");
  }

  /** Whether the directory holds shards of these sizes, begun and not finished, to go on with. */
  public boolean begunWith(Map<String, Long> shards) {
    return begun()
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

  /** Jobs that are done, in their order. */
  int done() {
    return begun() ? Integer.parseInt(lines().get(1)) : 0;
  }

  /** Notes that so many jobs are done and on the disk. */
  void note(int done) {
    Path next = file.resolveSibling(NAME + ".next");
    try {
      Files.writeString(next, fingerprint + "\n" + done + "\n");
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
          Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) < 200;
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
