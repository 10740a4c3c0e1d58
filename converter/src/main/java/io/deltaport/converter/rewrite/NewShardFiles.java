package io.deltaport.converter.rewrite;

import io.deltaport.converter.ConverterException;
import io.deltaport.converter.weights.Part;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** New shards while they are filled at their places. Safe for several threads. */
public final class NewShardFiles implements AutoCloseable {
  private final Map<String, FileChannel> channels = new HashMap<>();

  /** Opens shards that exist in full length. */
  NewShardFiles(Path directory, Collection<String> names) {
    for (String name : names) {
      try {
        channels.put(name, FileChannel.open(directory.resolve(name), StandardOpenOption.WRITE));
      } catch (IOException e) {
        close();
        throw failed(name, e);
      }
    }
  }

  /** Writes bytes of a part, from {@code position} of its own first byte on; returns how many. */
  long write(Part part, long position, ByteBuffer bytes) {
    if (position < 0 || bytes.remaining() > part.bytes() - position) {
      throw new IndexOutOfBoundsException(
          part + ": " + bytes.remaining() + " bytes from " + position);
    }
    FileChannel channel = channels.get(part.file());
    if (channel == null) {
      throw new IllegalStateException("shard " + part.file() + " is not open");
    }
    long written = 0;
    try {
      while (bytes.hasRemaining()) {
        written += channel.write(bytes, part.offset() + position + written);
      }
    } catch (IOException e) {
      throw failed(part.file(), e);
    }
    return written;
  }

  /** Waits until everything written is on the disk. */
  void force() {
    channels.forEach(
        (name, channel) -> {
          try {
            channel.force(false);
          } catch (IOException e) {
            throw failed(name, e);
          }
        });
  }

  @Override
  public void close() {
    channels.forEach(
        (name, channel) -> {
          try {
            channel.close();
          } catch (IOException e) {
            throw failed(name, e);
          }
        });
  }

  private static ConverterException failed(String file, IOException e) {
    return new ConverterException(new Problem(file, "a file that can be written", e.toString()), e);
  }
}
