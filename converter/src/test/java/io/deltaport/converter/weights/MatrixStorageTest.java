package io.deltaport.converter.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.config.QuantizationConfig.Awq;
import io.deltaport.loader.config.QuantizationConfig.CompressedTensors;
import io.deltaport.loader.config.QuantizationConfig.Gptq;
import io.deltaport.loader.config.QuantizationConfig.Group;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is not read is refused by name. */
class MatrixStorageTest {
  private static final OptionalLong GROUP = OptionalLong.of(128);

  @Test
  void awqOfAnotherVersion() {
    assertRefused(
        new Awq(4, GROUP, "gemv", true, List.of()),
        "awq: expected 4 bits in version gemm, found 4 bits in version gemv");
  }

  @Test
  void awqOfOtherBits() {
    assertRefused(
        new Awq(8, GROUP, "gemm", true, List.of()),
        "awq: expected 4 bits in version gemm, found 8 bits in version gemm");
  }

  @Test
  void awqWithoutZeroPoints() {
    assertRefused(
        new Awq(4, GROUP, "gemm", false, List.of()), "awq: zero_point: expected true, found false");
  }

  @Test
  void gptqOfAnotherFormat() {
    assertRefused(
        new Gptq(4, GROUP, false, true, "marlin", List.of()),
        "gptq: checkpoint_format: expected gptq or gptq_v2, found marlin");
  }

  @Test
  void gptqOfThreeBits() {
    assertRefused(
        new Gptq(3, GROUP, false, true, "gptq", List.of()),
        "gptq: expected 4 or 8 bits, found 3 bits");
  }

  @Test
  void compressedTensorsOfSeveralGroups() {
    assertRefused(
        compressed("pack-quantized", group(4, "int", "group"), 2),
        "compressed-tensors: expected one group of config_groups, found 2 groups");
  }

  @Test
  void compressedTensorsOfAnotherFormat() {
    assertRefused(
        compressed("nvfp4-pack-quantized", group(4, "float", "group"), 1),
        "compressed-tensors: format: expected pack-quantized or float-quantized, found"
            + " nvfp4-pack-quantized");
  }

  @Test
  void packedFloats() {
    assertRefused(
        compressed("pack-quantized", group(4, "float", "group"), 1),
        "compressed-tensors: pack-quantized: expected int by group or channel, found float by"
            + " group");
  }

  @Test
  void packedIntegersWithOneScale() {
    assertRefused(
        compressed("pack-quantized", group(4, "int", "tensor"), 1),
        "compressed-tensors: pack-quantized: expected int by group or channel, found int by"
            + " tensor");
  }

  @Test
  void packedIntegersOfThreeBits() {
    assertRefused(
        compressed("pack-quantized", group(3, "int", "group"), 1),
        "compressed-tensors: expected 4 or 8 bits, found 3 bits");
  }

  @Test
  void floatsOfFourBits() {
    assertRefused(
        compressed("float-quantized", group(4, "float", "channel"), 1),
        "compressed-tensors: float-quantized: expected float of 8 bits, found float of 4");
  }

  @Test
  void anotherStrategyOfFloats() {
    assertRefused(
        compressed("float-quantized", group(8, "float", "token"), 1),
        "compressed-tensors: strategy: expected tensor, channel, group or block, found token");
  }

  private static Group group(long bits, String type, String strategy) {
    return new Group(
        List.of("Linear"), bits, type, strategy, GROUP, List.of(), true, Group.Ordering.STATIC);
  }

  private static CompressedTensors compressed(String format, Group group, int groups) {
    return new CompressedTensors(format, Collections.nCopies(groups, group), List.of());
  }

  private static void assertRefused(QuantizationConfig config, String message) {
    ConverterException e =
        assertThrows(ConverterException.class, () -> MatrixStorage.of(Optional.of(config)));
    assertEquals("config.json: quantization_config: " + message, e.getMessage());
  }
}
