package io.deltaport.directory;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.checkpoint.CheckpointDirectory;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One file of a model directory.
 *
 * @param name a plain file name
 * @param bytes its size
 * @param headerSha256 SHA-256 of the safetensors header with its 8 bytes of length; null for a file
 *     of another kind
 * @param pagesSha256 SHA-256 of 256 evenly spaced pages of 4 KiB, of the whole file where it has no
 *     more
 * @param sha256 SHA-256 of the file, or null where nobody has read it all
 */
@JsonPropertyOrder({"name", "bytes", "header_sha256", "pages_sha256", "sha256"})
public record FileEntry(
    String name,
    long bytes,
    @Nullable String headerSha256,
    String pagesSha256,
    @Nullable String sha256) {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  /** Checks. */
  public FileEntry {
    String plain = headerSha256 == null ? withoutFolder(name) : name;
    if (plain.isEmpty() || plain.matches("\\.{1,2}") || plain.matches("(?s).*[/\\\\\0].*")) {
      throw new CheckpointException(new Problem("files: name", "a plain file name", name));
    }
    if (bytes < 0) {
      throw new CheckpointException(
          new Problem("files: " + name + ": bytes", "a size", Long.toString(bytes)));
    }
    requireHash(name, headerSha256);
    requireHash(name, pagesSha256);
    requireHash(name, sha256);
  }

  /** Whether this is a file of weights, that a graph may name. */
  @JsonIgnore
  public boolean holdsWeights() {
    return headerSha256 != null;
  }

  /** Whether this is a graph. */
  @JsonIgnore
  public boolean isGraph() {
    return name.endsWith(".onnx");
  }

  /** The name of a chat template in its folder; any other name stays as it is. */
  private static String withoutFolder(String name) {
    String folder = CheckpointDirectory.TEMPLATES + "/";
    return name.startsWith(folder) ? name.substring(folder.length()) : name;
  }

  private static void requireHash(String name, @Nullable String hash) {
    if (hash != null && !HASH.matcher(hash).matches()) {
      throw new CheckpointException(
          new Problem("files: " + name, "a SHA-256 in hexadecimal", hash));
    }
  }
}
