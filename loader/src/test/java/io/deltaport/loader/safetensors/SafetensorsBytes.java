package io.deltaport.loader.safetensors;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files byte by byte, right or wrong. */
public final class SafetensorsBytes {
  private SafetensorsBytes() {}

  /** A header of the right length, then zeros as data. */
  public static Path write(Path file, String header, int data) {
    return write(file, header.getBytes(StandardCharsets.UTF_8), data);
  }

  /** A header of the right length, then zeros as data. */
  public static Path write(Path file, byte[] header, int data) {
    return write(file, header.length, header, data);
  }

  /** A header that claims a length of its own. */
  public static Path write(Path file, long claimed, byte[] header, int data) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(claimed).put(header);
    return raw(file, bytes.array());
  }

  /** Any bytes. */
  public static Path raw(Path file, byte[] bytes) {
    try {
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One tensor of a header: {@code "name":{…}}. */
  public static String tensor(String name, String dtype, String shape, String offsets) {
    return String.format(
        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}", name, dtype, shape, offsets);
  }
}
