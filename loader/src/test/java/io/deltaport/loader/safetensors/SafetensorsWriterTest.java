package io.deltaport.loader.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SafetensorsWriterTest {
  private static final List<TensorSpec> SPECS =
      List.of(
          new TensorSpec("z", DType.U8, Shape.of(3)),
          new TensorSpec("empty", DType.F32, Shape.of(0)),
          new TensorSpec("a", DType.F32, Shape.of(2, 2)));

  @TempDir Path directory = Path.of("");

  private static ByteBuffer bytes(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length);
    for (int value : values) {
      bytes.put((byte) value);
    }
    return bytes.flip();
  }

  private static ByteBuffer floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.flip();
  }

  private static void fill(SafetensorsWriter writer) {
    writer.write(bytes(7));
    writer.write(bytes(8, 9));
    writer.write(floats(1, 2, 3));
    writer.write(floats(4));
  }

  private static void assertContent(SafetensorsFile file) {
    assertArrayEquals(new long[] {7, 8, 9}, TensorData.toLongs(file.tensor("z")));
    assertArrayEquals(new float[] {1, 2, 3, 4}, TensorData.toFloats(file.tensor("a")));
    assertEquals(0, file.tensor("empty").bytes());
    assertEquals(Map.of("format", "pt"), file.metadata());
  }

  @Test
  void writesWhatIsReadBack() {
    Path path = directory.resolve("s.safetensors");
    try (SafetensorsWriter writer = SafetensorsWriter.create(path, SPECS, Map.of("format", "pt"))) {
      fill(writer);
    }
    SafetensorsFile file = SafetensorsFile.read(path);
    assertContent(file);
    assertEquals(3, file.tensors().size());
  }

  @Test
  void alignedTensorsBeginAtMultiplesOf64() {
    Path path = directory.resolve("s.safetensors");
    List<Tensor> places;
    try (SafetensorsWriter writer =
        SafetensorsWriter.aligned(path, SPECS, Map.of("format", "pt"))) {
      places = writer.tensors();
      fill(writer);
    }
    SafetensorsFile file = SafetensorsFile.read(path);
    assertContent(file);
    for (Tensor tensor : places) {
      assertEquals(0, tensor.offset() % 64, tensor.name());
      assertEquals(file.tensor(tensor.name()).offset(), tensor.offset());
    }
  }

  @Test
  void aFileWithoutTensors() {
    Path path = directory.resolve("s.safetensors");
    SafetensorsWriter.create(path, List.of(), Map.of()).close();
    assertEquals(0, SafetensorsFile.read(path).tensors().size());
  }

  @Test
  void sameInputSameBytes() throws IOException {
    Path one = directory.resolve("1.safetensors");
    Path two = directory.resolve("2.safetensors");
    for (Path path : List.of(one, two)) {
      try (SafetensorsWriter writer =
          SafetensorsWriter.aligned(path, SPECS, Map.of("b", "1", "a", "2", "c", "3"))) {
        fill(writer);
      }
    }
    assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
  }

  @Test
  void aFileThatLacksBytesIsDeleted() {
    Path path = directory.resolve("s.safetensors");
    SafetensorsWriter writer = SafetensorsWriter.create(path, SPECS, Map.of());
    writer.write(bytes(7));
    assertThrows(CheckpointException.class, writer::close);
    assertFalse(Files.exists(path));
  }

  @Test
  void moreBytesThanATensorTakesAreRefused() {
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(
            directory.resolve("s.safetensors"), SPECS.subList(0, 1), Map.of())) {
      assertThrows(IllegalArgumentException.class, () -> writer.write(bytes(1, 2, 3, 4)));
      writer.write(bytes(1, 2, 3));
      assertThrows(IllegalArgumentException.class, () -> writer.write(bytes(1)));
    }
  }

  @Test
  void twoTensorsOfANameAreRefused() {
    List<TensorSpec> twice = List.of(SPECS.get(0), SPECS.get(0));
    Path path = directory.resolve("s.safetensors");
    assertThrows(CheckpointException.class, () -> SafetensorsWriter.create(path, twice, Map.of()));
    assertFalse(Files.exists(path));
  }

  @Test
  void anExistingFileIsLeftAlone() throws IOException {
    Path path = Files.writeString(directory.resolve("s.safetensors"), "mine");
    assertThrows(CheckpointException.class, () -> SafetensorsWriter.create(path, SPECS, Map.of()));
    assertEquals("mine", Files.readString(path));
  }
}
