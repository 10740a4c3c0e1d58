package io.deltaport.loader.safetensors;

import static io.deltaport.loader.CheckpointException.refused;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.json.StrictJson;
import io.deltaport.loader.tensor.Shard;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads the frame of a safetensors file: 8 bytes of header length N, little-endian, N bytes of
 * JSON, then data to the end of the file. Strict as {@code safetensors/src/tensor.rs} is, and
 * beyond it where that one lets a fault pass.
 */
final class SafetensorsReader {
  /** Longest header, as in the official implementation. */
  static final long LONGEST_HEADER = 100_000_000;

  private SafetensorsReader() {}

  static SafetensorsFile read(Path path) {
    String name = String.valueOf(path.getFileName());
    if (!Files.isRegularFile(path)) {
      throw refused(name, "a regular file", Files.exists(path) ? "something else" : "nothing");
    }
    try (SeekableByteChannel channel = Files.newByteChannel(path, StandardOpenOption.READ)) {
      return read(path, channel);
    } catch (IOException e) {
      throw new CheckpointException(
          new Problem(path.toString(), "a readable file", e.toString()), e);
    }
  }

  /** Of a channel at its beginning; {@code path} names it. */
  static SafetensorsFile read(Path path, SeekableByteChannel channel) throws IOException {
    String name = String.valueOf(path.getFileName());
    long size = channel.size();
    int length = headerLength(name, channel, size);
    byte[] header = read(name, channel, length);
    if (length == 0 || header[0] != '{') {
      throw refused(name + ": byte 8", "'{', the start of the header", found(header));
    }
    Shard shard = new Shard(path, name, size, 8L + length);
    try (Reader text = StrictJson.utf8(new ByteArrayInputStream(header))) {
      return HeaderParser.parse(shard, text);
    }
  }

  private static int headerLength(String name, SeekableByteChannel channel, long size)
      throws IOException {
    if (size < 8) {
      throw refused(name, "at least 8 bytes", size + " bytes");
    }
    long length = ByteBuffer.wrap(read(name, channel, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > LONGEST_HEADER) {
      throw refused(
          name + ": header length in bytes 0 to 7",
          "at most " + LONGEST_HEADER,
          Long.toUnsignedString(length));
    }
    if (length > size - 8) {
      throw refused(
          name + ": header", "to end at byte " + (8 + length), "end of file at byte " + size);
    }
    return (int) length;
  }

  /** The next bytes. */
  private static byte[] read(String name, SeekableByteChannel channel, int length)
      throws IOException {
    byte[] bytes = new byte[length];
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      if (channel.read(rest) < 0) {
        throw refused(name, length + " bytes of header", "end of file after " + rest.position());
      }
    }
    return bytes;
  }

  private static String found(byte[] header) {
    return header.length == 0 ? "an empty header" : String.format("0x%02x", header[0]);
  }
}
