package io.deltaport.converter.rewrite;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Part;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** New shards while they are filled at their places. Safe for several threads. */
public final class NewShardFiles implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final Map<String, FileChannel> channels = new HashMap<>();

  /** Opens shards that exist in full length. */
  NewShardFiles(Path directory, Collection<String> names) {
    for (String name : names) {
      try {
        channels.put(
            name,
            FileChannel.open(
                directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
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
    FileChannel channel = channel(part);
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

  /** CRC-32C of what the files hold of some rewrites. */
  long checksum(List<Rewrite> rewrites) {
    CRC32C sum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    rewrites.stream()
        .flatMap(rewrite -> rewrite.target().parts())
        .forEach(part -> add(part, buffer, sum));
    return sum.getValue();
  }

  private void add(Part part, ByteBuffer buffer, CRC32C sum) {
    long end = part.offset() + part.bytes();
    try {
      int read = 1;
      for (long at = part.offset(); at < end && read > 0; at += read) {
        read = channel(part).read(buffer.clear().limit((int) Math.min(CHUNK, end - at)), at);
        sum.update(buffer.flip());
      }
    } catch (IOException e) {
      throw failed(part.file(), e);
    }
  }

  private FileChannel channel(Part part) {
    FileChannel channel = channels.get(part.file());
    if (channel == null) {
      throw new IllegalStateException("shard " + part.file() + " is not open");
    }
    return channel;
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
