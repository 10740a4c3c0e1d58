package io.deltaport.loader.safetensors;

import static io.deltaport.loader.safetensors.SafetensorsBytes.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SafetensorsFileTest {
  @TempDir Path directory = Path.of("");

  private SafetensorsFile read(String header, int data) {
    return SafetensorsFile.read(
        SafetensorsBytes.write(directory.resolve("s.safetensors"), header, data));
  }

  @Test
  void offsetsCountFromTheFirstByteOfTheFile() {
    String header = "{" + tensor("a", "F32", "[2,3]", "[0,24]") + "}  ";
    Tensor a = read(header, 24).tensor("a");
    assertEquals(8 + header.length(), a.offset());
    assertEquals(24, a.bytes());
    assertEquals(Shape.of(2, 3), a.shape());
    assertEquals(8 + header.length(), a.shard().headerBytes());
    assertEquals(8 + header.length() + 24, a.shard().bytes());
  }

  @Test
  void theHeaderNeedNotFollowTheOrderOfTheData() {
    String header =
        "{" + tensor("a", "U8", "[3]", "[4,7]") + "," + tensor("b", "F32", "[]", "[0,4]") + "}";
    SafetensorsFile file = read(header, 7);
    assertEquals(List.of("a", "b"), List.copyOf(file.tensors().keySet()));
    assertEquals(file.tensor("b").offset() + 4, file.tensor("a").offset());
  }

  @Test
  void emptyTensorsAndNoTensorsAreFine() {
    assertEquals(0, read("{" + tensor("a", "F32", "[0,7]", "[0,0]") + "}", 0).tensor("a").bytes());
    assertTrue(read("{}", 0).tensors().isEmpty());
  }

  @Test
  void metadataIsInformation() {
    assertEquals(
        Map.of("format", "pt"), read("{\"__metadata__\":{\"format\":\"pt\"}}", 0).metadata());
    assertEquals(Map.of(), read("{\"__metadata__\":null}", 0).metadata());
  }

  @Test
  void furtherKeysOfATensorAreSkipped() {
    String header =
        "{\"a\":{\"x\":{\"shape\":[9]},\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    assertEquals(Shape.of(1), read(header, 1).tensor("a").shape());
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void everyTypeOfTheFormat(DType dtype) {
    String header = "{" + tensor("a", dtype.name(), "[8]", "[0," + dtype.bits() + "]") + "}";
    assertEquals(dtype, read(header, dtype.bits()).tensor("a").dtype());
  }

  @Test
  void aTensorThatIsNotThere() {
    SafetensorsFile file = read("{}", 0);
    assertTrue(
        assertThrows(CheckpointException.class, () -> file.tensor("a"))
            .getMessage()
            .startsWith("s.safetensors: a: expected a tensor"));
  }
}
