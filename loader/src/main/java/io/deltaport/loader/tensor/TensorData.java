package io.deltaport.loader.tensor;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of one tensor. Tensors of any size are read in slices; the whole-tensor readers are for
 * small ones. Reads carry their own position, so threads may share an instance.
 */
public final class TensorData implements AutoCloseable {
  private static final int SLICE = 1 << 20;

  private final Tensor tensor;
  private final FileChannel channel;

  private TensorData(Tensor tensor, FileChannel channel) {
    this.tensor = tensor;
    this.channel = channel;
  }

  /** Opens the tensor's file. */
  public static TensorData open(Tensor tensor) {
    try {
      return new TensorData(
          tensor, FileChannel.open(tensor.shard().path(), StandardOpenOption.READ));
    } catch (IOException e) {
      throw unreadable(tensor, e);
    }
  }

  /**
   * All values widened to float32, in row-major order. F32, F16, BF16, F8 and integers of at most
   * 16 bits are exact; wider ones are rounded.
   *
   * @throws CheckpointException for a complex or sub-byte type, or more values than an array holds
   */
  public static float[] toFloats(Tensor tensor) {
    ByteBuffer bytes = all(tensor);
    float[] floats = new float[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = nextFloat(tensor, bytes);
    }
    return floats;
  }

  /**
   * All values of an integer or BOOL tensor, in row-major order.
   *
   * @throws CheckpointException for a float or U64 tensor, or more values than an array holds
   */
  public static long[] toLongs(Tensor tensor) {
    ByteBuffer bytes = all(tensor);
    long[] longs = new long[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = nextLong(tensor, bytes);
    }
    return longs;
  }

  /** The tensor that this reads. */
  public Tensor tensor() {
    return tensor;
  }

  /**
   * Fills the rest of {@code destination} with the tensor's bytes from {@code position} on.
   *
   * @param position first byte wanted, counted from the tensor's own first byte
   * @throws CheckpointException if the file has become shorter, or cannot be read
   */
  public void read(long position, ByteBuffer destination) {
    if (position < 0 || destination.remaining() > tensor.bytes() - position) {
      throw new IndexOutOfBoundsException(
          position + " + " + destination.remaining() + " of " + tensor.bytes() + " bytes");
    }
    long at = tensor.offset() + position;
    try {
      while (destination.hasRemaining()) {
        int n = channel.read(destination, at);
        if (n < 0) {
          throw truncated(at);
        }
        at += n;
      }
    } catch (IOException e) {
      throw unreadable(tensor, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unreadable(tensor, e);
    }
  }

  private static ByteBuffer all(Tensor tensor) {
    if (tensor.bytes() > Integer.MAX_VALUE - SLICE) {
      throw unfit(tensor, "at most 2 GiB to be read at once", tensor.bytes() + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    try (TensorData data = open(tensor)) {
      while (bytes.position() < bytes.capacity()) {
        bytes.limit(Math.min(bytes.capacity(), bytes.position() + SLICE));
        data.read(bytes.position(), bytes);
      }
    }
    return bytes.flip();
  }

  private static float nextFloat(Tensor tensor, ByteBuffer bytes) {
    return switch (tensor.dtype()) {
      case F32 -> bytes.getFloat();
      case F64 -> (float) bytes.getDouble();
      case BF16 -> Widening.bf16(bytes.getShort());
      case F16 -> Widening.f16(bytes.getShort());
      case F8_E4M3 -> Widening.f8e4m3(bytes.get());
      case F8_E5M2 -> Widening.f8e5m2(bytes.get());
      case F8_E8M0 -> Widening.f8e8m0(bytes.get());
      case BOOL, U8, I8, U16, I16, U32, I32, I64 -> nextLong(tensor, bytes);
      case F4, F6_E2M3, F6_E3M2, F8_E4M3FNUZ, F8_E5M2FNUZ, C64, U64 ->
          throw unfit(tensor, "a type that widens to float32", tensor.dtype().name());
    };
  }

  private static long nextLong(Tensor tensor, ByteBuffer bytes) {
    return switch (tensor.dtype()) {
      case I8 -> bytes.get();
      case BOOL, U8 -> bytes.get() & 0xff;
      case I16 -> bytes.getShort();
      case U16 -> bytes.getShort() & 0xffff;
      case I32 -> bytes.getInt();
      case U32 -> bytes.getInt() & 0xffffffffL;
      case I64 -> bytes.getLong();
      case F4,
          F6_E2M3,
          F6_E3M2,
          F8_E5M2,
          F8_E4M3,
          F8_E8M0,
          F8_E4M3FNUZ,
          F8_E5M2FNUZ,
          F16,
          BF16,
          F32,
          C64,
          F64,
          U64 ->
          throw unfit(tensor, "an integer type of at most 63 bits", tensor.dtype().name());
    };
  }

  private CheckpointException truncated(long at) {
    return unfit(
        tensor, "data up to byte " + (tensor.offset() + tensor.bytes()), "end of file at " + at);
  }

  private static CheckpointException unfit(Tensor tensor, String expected, String found) {
    return CheckpointException.refused(
        tensor.shard().name() + ": " + tensor.name(), expected, found);
  }

  private static CheckpointException unreadable(Tensor tensor, IOException e) {
    return new CheckpointException(
        new Problem(tensor.shard().path() + ": " + tensor.name(), "a readable file", e.toString()),
        e);
  }
}
