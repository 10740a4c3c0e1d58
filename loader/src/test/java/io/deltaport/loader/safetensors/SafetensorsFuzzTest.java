package io.deltaport.loader.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.deltaport.loader.Fuzzing;
import io.deltaport.loader.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/**
 * Bytes of strangers as a safetensors file. Replays its corpus; fuzzes under {@code JAZZER_FUZZ=1}.
 */
final class SafetensorsFuzzTest {
  private static final Path PATH = Path.of("fuzz.safetensors");

  /** The whole file. */
  @FuzzTest
  void file(byte[] bytes) throws Throwable {
    Fuzzing.survives(() -> checked(bytes));
  }

  /** The header alone, with its right length before it and as much data as it asks for. */
  @FuzzTest
  void header(byte[] header) throws Throwable {
    for (int data : List.of(0, 4, 24)) {
      ByteBuffer bytes =
          ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(header.length).put(header);
      Fuzzing.survives(() -> checked(bytes.array()));
    }
  }

  private static SafetensorsFile checked(byte[] bytes) throws Exception {
    SafetensorsFile file = SafetensorsReader.read(PATH, new Bytes(ByteBuffer.wrap(bytes)));
    long at = file.shard().headerBytes();
    for (Tensor tensor : ordered(file)) {
      assertEquals(at, tensor.offset());
      assertEquals(tensor.dtype().bytes(tensor.shape().elements()), tensor.bytes());
      at += tensor.bytes();
    }
    assertEquals(bytes.length, at);
    return file;
  }

  private static List<Tensor> ordered(SafetensorsFile file) {
    return file.tensors().values().stream()
        .sorted(Comparator.comparingLong(Tensor::offset).thenComparingLong(Tensor::bytes))
        .toList();
  }

  /** A file in memory. */
  private record Bytes(ByteBuffer bytes) implements SeekableByteChannel {
    @Override
    public int read(ByteBuffer destination) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      int n = Math.min(bytes.remaining(), destination.remaining());
      destination.put(bytes.slice(bytes.position(), n));
      bytes.position(bytes.position() + n);
      return n;
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      return bytes.position();
    }

    @Override
    public SeekableByteChannel position(long position) {
      bytes.position((int) position);
      return this;
    }

    @Override
    public long size() {
      return bytes.limit();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
