package io.deltaport.loader.safetensors;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * Writes one safetensors file as a stream: the tensors are named first, then their bytes follow, in
 * the same order, in pieces of any size. Same input, same bytes. Not safe for several threads.
 */
public final class SafetensorsWriter implements AutoCloseable {
  /** What {@link #aligned} aligns to, in bytes. */
  public static final int ALIGNMENT = 64;

  private final Path path;
  private final FileChannel channel;
  private final List<Tensor> places;
  private int next;
  private long written;

  private SafetensorsWriter(Path path, FileChannel channel, List<Tensor> places) {
    this.path = path;
    this.channel = channel;
    this.places = places;
  }

  /**
   * Starts a new file whose tensors follow each other without a gap.
   *
   * @throws CheckpointException if the file exists or cannot be written, or two tensors share a
   *     name
   */
  public static SafetensorsWriter create(
      Path path, List<TensorSpec> tensors, Map<String, String> metadata) {
    return start(
        path, SafetensorsLayout.of(path, tensors, metadata, 1), StandardOpenOption.CREATE_NEW);
  }

  /**
   * Starts a new file where each tensor begins at a multiple of 64 bytes. The format allows no
   * gaps, so they are tensors themselves, named {@code __align__.N}, of zeros.
   */
  public static SafetensorsWriter aligned(
      Path path, List<TensorSpec> tensors, Map<String, String> metadata) {
    return start(
        path,
        SafetensorsLayout.of(path, tensors, metadata, ALIGNMENT),
        StandardOpenOption.CREATE_NEW);
  }

  /** Whether a tensor is one of those gaps. */
  public static boolean isFiller(Tensor tensor) {
    return tensor.name().startsWith(SafetensorsLayout.FILLER);
  }

  /** Where the tensors of a file made by {@link #aligned} would lie; nothing is written. */
  public static List<Tensor> places(
      Path path, List<TensorSpec> tensors, Map<String, String> metadata) {
    return SafetensorsLayout.of(path, tensors, metadata, ALIGNMENT).places().stream()
        .filter(tensor -> !filler(tensor))
        .toList();
  }

  /**
   * Makes the file that {@link #aligned} would make, all of its data zero, so that it can be filled
   * at its places in any order. On most file systems it takes room only as it is filled. One that
   * is there already gets its header again and keeps its data.
   *
   * @throws CheckpointException if the file cannot be written
   */
  public static void reserve(Path path, List<TensorSpec> tensors, Map<String, String> metadata) {
    SafetensorsLayout layout = SafetensorsLayout.of(path, tensors, metadata, ALIGNMENT);
    SafetensorsWriter writer = start(path, layout.withoutData(), StandardOpenOption.CREATE);
    try (FileChannel channel = writer.channel) {
      long end = layout.bytes();
      if (channel.size() < end) {
        channel.write(ByteBuffer.allocate(1), end - 1);
      }
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  /** Where the tensors lie in the file, in file order, fillers left out. */
  public List<Tensor> tensors() {
    return places.stream().filter(tensor -> !filler(tensor)).toList();
  }

  /** Appends bytes of the current tensor; the next one begins when it is full. */
  public void write(ByteBuffer bytes) {
    if (next == places.size() || bytes.remaining() > places.get(next).bytes() - written) {
      throw new IllegalArgumentException(
          path + ": " + bytes.remaining() + " bytes are more than the tensor takes");
    }
    written += bytes.remaining();
    append(bytes);
    advance();
  }

  /**
   * Ends the file.
   *
   * @throws CheckpointException if bytes are missing; the file is then deleted
   */
  @Override
  public void close() {
    try {
      channel.close();
      if (next < places.size()) {
        Files.deleteIfExists(path);
        Tensor tensor = places.get(next);
        throw CheckpointException.refused(
            tensor.shard().name() + ": " + tensor.name(),
            tensor.bytes() + " bytes",
            written + " written");
      }
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private static SafetensorsWriter start(
      Path path, SafetensorsLayout layout, StandardOpenOption create) {
    byte[] header = layout.header().getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).flip();
    try {
      FileChannel channel = FileChannel.open(path, create, StandardOpenOption.WRITE);
      SafetensorsWriter writer = new SafetensorsWriter(path, channel, layout.places());
      writer.append(bytes);
      writer.advance();
      return writer;
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private void advance() {
    while (next < places.size() && (filler(places.get(next)) || full())) {
      if (filler(places.get(next))) {
        append(ByteBuffer.allocate((int) places.get(next).bytes()));
      }
      next++;
      written = 0;
    }
  }

  private boolean full() {
    return written == places.get(next).bytes();
  }

  private void append(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw unwritable(path, e);
    }
  }

  private static boolean filler(Tensor tensor) {
    return tensor.name().startsWith(SafetensorsLayout.FILLER);
  }

  private static CheckpointException unwritable(Path path, IOException e) {
    return new CheckpointException(new Problem(path.toString(), "a new file", e.toString()), e);
  }
}
