package io.deltaport.loader.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.loader.CheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TensorDataTest {
  @TempDir Path directory = Path.of("");

  /** A tensor at an odd offset of a file with this content. */
  private Tensor tensor(DType dtype, ByteBuffer content) throws IOException {
    byte[] bytes = new byte[11 + content.remaining()];
    content.get(bytes, 11, content.remaining());
    Path path = Files.write(directory.resolve("t"), bytes);
    Shard shard = new Shard(path, "t", bytes.length, 9);
    long length = bytes.length - 11L;
    return new Tensor("a", dtype, Shape.of(length * 8 / dtype.bits()), shard, 11, length);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void floatsOfEveryFloatType() throws IOException {
    assertArrayEquals(
        new float[] {1.5f, -2},
        TensorData.toFloats(tensor(DType.F32, buffer(8).putFloat(1.5f).putFloat(-2).flip())));
    assertArrayEquals(
        new float[] {0.1f},
        TensorData.toFloats(tensor(DType.F64, buffer(8).putDouble(0.1).flip())));
    assertArrayEquals(
        new float[] {1, -2},
        TensorData.toFloats(
            tensor(
                DType.BF16, buffer(4).putShort((short) 0x3f80).putShort((short) 0xc000).flip())));
    assertArrayEquals(
        new float[] {1, -2},
        TensorData.toFloats(
            tensor(DType.F16, buffer(4).putShort((short) 0x3c00).putShort((short) 0xc000).flip())));
    assertArrayEquals(
        new float[] {1, -2},
        TensorData.toFloats(
            tensor(DType.F8_E4M3, buffer(2).put((byte) 0x38).put((byte) 0xc0).flip())));
    assertArrayEquals(
        new float[] {1, -2},
        TensorData.toFloats(
            tensor(DType.F8_E5M2, buffer(2).put((byte) 0x3c).put((byte) 0xc0).flip())));
    assertArrayEquals(
        new float[] {1, 2},
        TensorData.toFloats(
            tensor(DType.F8_E8M0, buffer(2).put((byte) 127).put((byte) 128).flip())));
  }

  @Test
  void integersOfEveryIntegerType() throws IOException {
    assertArrayEquals(
        new long[] {-1}, TensorData.toLongs(tensor(DType.I8, buffer(1).put((byte) -1).flip())));
    assertArrayEquals(
        new long[] {255}, TensorData.toLongs(tensor(DType.U8, buffer(1).put((byte) -1).flip())));
    assertArrayEquals(
        new long[] {1}, TensorData.toLongs(tensor(DType.BOOL, buffer(1).put((byte) 1).flip())));
    assertArrayEquals(
        new long[] {-1},
        TensorData.toLongs(tensor(DType.I16, buffer(2).putShort((short) -1).flip())));
    assertArrayEquals(
        new long[] {65535},
        TensorData.toLongs(tensor(DType.U16, buffer(2).putShort((short) -1).flip())));
    assertArrayEquals(
        new long[] {-1}, TensorData.toLongs(tensor(DType.I32, buffer(4).putInt(-1).flip())));
    assertArrayEquals(
        new long[] {4294967295L},
        TensorData.toLongs(tensor(DType.U32, buffer(4).putInt(-1).flip())));
    assertArrayEquals(
        new long[] {Long.MIN_VALUE},
        TensorData.toLongs(tensor(DType.I64, buffer(8).putLong(Long.MIN_VALUE).flip())));
    assertArrayEquals(
        new float[] {-3}, TensorData.toFloats(tensor(DType.I8, buffer(1).put((byte) -3).flip())));
  }

  @Test
  void aTypeThatDoesNotFitIsRefused() throws IOException {
    Tensor complex = tensor(DType.C64, buffer(8));
    assertThrows(CheckpointException.class, () -> TensorData.toFloats(complex));
    Tensor real = tensor(DType.F32, buffer(4));
    assertThrows(CheckpointException.class, () -> TensorData.toLongs(real));
  }

  @Test
  void readsSlices() throws IOException {
    Tensor tensor = tensor(DType.U8, buffer(5).put(new byte[] {1, 2, 3, 4, 5}).flip());
    try (TensorData data = TensorData.open(tensor)) {
      ByteBuffer slice = ByteBuffer.allocateDirect(3);
      data.read(1, slice);
      assertEquals(ByteBuffer.wrap(new byte[] {2, 3, 4}), slice.flip());
      assertThrows(IndexOutOfBoundsException.class, () -> data.read(3, ByteBuffer.allocate(3)));
      assertThrows(IndexOutOfBoundsException.class, () -> data.read(-1, ByteBuffer.allocate(1)));
    }
  }

  @Test
  void readsTheEndOfATensorBeyond4GiB() throws IOException {
    Path path = directory.resolve("big");
    long bytes = (5L << 30) + 3;
    try (FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), 9 + bytes - 1);
    }
    Tensor tensor =
        new Tensor("a", DType.U8, Shape.of(bytes), new Shard(path, "big", 9 + bytes, 9), 9, bytes);
    try (TensorData data = TensorData.open(tensor)) {
      ByteBuffer last = ByteBuffer.allocate(2);
      data.read(bytes - 2, last);
      assertEquals(ByteBuffer.wrap(new byte[] {0, 42}), last.flip());
    }
    String message =
        assertThrows(CheckpointException.class, () -> TensorData.toFloats(tensor)).getMessage();
    assertTrue(message.contains("at most 2 GiB"), message);
  }

  @Test
  void aFileThatShrankIsAnError() throws IOException {
    Tensor tensor = tensor(DType.U8, buffer(5));
    Files.write(tensor.shard().path(), new byte[12]);
    String message =
        assertThrows(CheckpointException.class, () -> TensorData.toLongs(tensor)).getMessage();
    assertEquals("t: a: expected data up to byte 16, found end of file at 12", message);
  }

  @Test
  void aFileThatIsGoneIsAnError() throws IOException {
    Tensor tensor = tensor(DType.U8, buffer(5));
    Files.delete(tensor.shard().path());
    assertThrows(CheckpointException.class, () -> TensorData.open(tensor));
  }

  @Test
  void aTensorOutsideItsFileCannotBe() throws IOException {
    Shard shard = new Shard(directory, "t", 100, 10);
    Shape shape = Shape.of(8);
    for (long offset : new long[] {9, 93, -1, Long.MAX_VALUE}) {
      assertThrows(
          IllegalArgumentException.class, () -> new Tensor("a", DType.U8, shape, shard, offset, 8));
    }
    assertThrows(
        IllegalArgumentException.class, () -> new Tensor("a", DType.U8, shape, shard, 10, 9));
    assertThrows(IllegalArgumentException.class, () -> new Shard(directory, "t", 9, 10));
  }
}
