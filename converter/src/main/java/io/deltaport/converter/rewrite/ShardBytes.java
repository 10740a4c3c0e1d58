package io.deltaport.converter.rewrite;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Part;
import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.Shard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads ranges of the shards of a checkpoint. Safe for several threads. */
public final class ShardBytes implements AutoCloseable {
  private final Map<String, FileChannel> channels = new HashMap<>();

  /** Opens the shards. */
  public ShardBytes(List<Shard> shards) {
    for (Shard shard : shards) {
      try {
        channels.put(shard.name(), FileChannel.open(shard.path(), StandardOpenOption.READ));
      } catch (IOException e) {
        close();
        throw failed(shard.name(), e);
      }
    }
  }

  /**
   * Bytes of a part, from {@code position} of its own first byte on; little-endian, ready to be
   * read.
   */
  public ByteBuffer read(Part part, long position, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    read(part, position, bytes);
    return bytes.flip();
  }

  /** Fills the rest of a buffer with bytes of a part. */
  public void read(Part part, long position, ByteBuffer bytes) {
    if (position < 0 || bytes.remaining() > part.bytes() - position) {
      throw new IndexOutOfBoundsException(
          part + ": " + bytes.remaining() + " bytes from " + position);
    }
    FileChannel channel = channels.get(part.file());
    if (channel == null) {
      throw new IllegalStateException("shard " + part.file() + " is not open");
    }
    long at = part.offset() + position;
    try {
      while (bytes.hasRemaining()) {
        int n = channel.read(bytes, at);
        if (n < 0) {
          throw new ConverterException(
              new Problem(part.file(), bytes.remaining() + " more bytes", "end of file at " + at));
        }
        at += n;
      }
    } catch (IOException e) {
      throw failed(part.file(), e);
    }
  }

  @Override
  public void close() {
    for (Map.Entry<String, FileChannel> channel : channels.entrySet()) {
      try {
        channel.getValue().close();
      } catch (IOException e) {
        throw failed(channel.getKey(), e);
      }
    }
  }

  private static ConverterException failed(String file, IOException e) {
    return new ConverterException(new Problem(file, "a readable file", e.toString()), e);
  }
}
