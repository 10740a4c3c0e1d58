package io.deltaport.loader.tensor;

import java.nio.file.Path;

/**
 * One safetensors file of a checkpoint.
 *
 * @param path the file as named in its directory; in a Hugging Face cache a symlink into {@code
 *     blobs/}
 * @param name its file name
 * @param bytes size of the file
 * @param headerBytes where the tensor data begins: 8 bytes of length and the JSON header
 */
public record Shard(Path path, String name, long bytes, long headerBytes) {
  /** Checks the order of the sizes. */
  public Shard {
    if (headerBytes < 8 || bytes < headerBytes) {
      throw new IllegalArgumentException(name + ": " + bytes + " bytes, header of " + headerBytes);
    }
  }
}
