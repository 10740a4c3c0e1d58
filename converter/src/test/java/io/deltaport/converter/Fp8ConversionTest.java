package io.deltaport.converter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.Conversion.Precision;
import io.deltaport.directory.Progress;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FP8 checkpoints in another precision, held to what they are dequantised. */
class Fp8ConversionTest {
  private static final String SHARD = "deltaport-00001-of-00001.safetensors";

  @TempDir Path temporary;

  @Test
  @DisplayName("pitfall 21: FP8 becomes int8 through its block scales, odd dims included")
  void fp8IsDequantisedBeforeItIsQuantised() {
    Map<String, Tensor> plain = convert("fp8", Precision.F32);
    Map<String, Tensor> made = convert("fp8", Precision.INT8);
    int compared = 0;
    for (Tensor codes : made.values()) {
      if (codes.dtype() == DType.I8) {
        compare(plain, made, codes);
        compared++;
      }
    }
    assertTrue(compared > 10, "matrices in int8: " + compared);
  }

  @Test
  @DisplayName("pitfall 22: FP8 experts become int4 beside modules that stay as they are")
  void experts() {
    Map<String, Tensor> made = convert("fp8-experts", Precision.MIXED);
    assertEquals(DType.U8, tensor(made, "model.layers.0.mlp.experts.0.up_proj.weight").dtype());
    assertEquals(DType.I8, tensor(made, "model.layers.0.mlp.shared_expert.up_proj.weight").dtype());
    assertEquals(DType.BF16, tensor(made, "model.layers.0.mlp.gate.weight").dtype());
  }

  private static void compare(Map<String, Tensor> plain, Map<String, Tensor> made, Tensor codes) {
    float[] expected = TensorData.toFloats(tensor(plain, codes.name()));
    float[] scales = TensorData.toFloats(tensor(made, codes.name() + ".scales"));
    int columns = Math.toIntExact(codes.shape().dim(1));
    int blocks = scales.length / Math.toIntExact(codes.shape().dim(0));
    byte[] values = bytes(codes);
    for (int i = 0; i < expected.length; i++) {
      float scale = scales[i / columns * blocks + i % columns / 32];
      assertEquals(expected[i], values[i] * scale, 0.51f * scale + 1e-7f, codes.name());
    }
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] bytes = new byte[Math.toIntExact(tensor.bytes())];
    try (java.io.RandomAccessFile file =
        new java.io.RandomAccessFile(tensor.shard().path().toFile(), "r")) {
      file.seek(tensor.offset());
      file.readFully(bytes);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes;
  }

  private Map<String, Tensor> convert(String name, Precision precision) {
    Path model = temporary.resolve(name + precision);
    Path source = Fixtures.fixture("cases").resolve(name);
    Converter.convert(Conversion.of(source, model).precision(precision).build(), Progress.NONE);
    return SafetensorsFile.read(model.resolve(SHARD)).tensors();
  }

  private static Tensor tensor(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }
}
