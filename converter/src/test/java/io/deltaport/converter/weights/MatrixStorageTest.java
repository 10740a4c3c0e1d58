package io.deltaport.converter.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.config.QuantizationConfig.AutoRound;
import io.deltaport.loader.config.QuantizationConfig.Awq;
import io.deltaport.loader.config.QuantizationConfig.CompressedTensors;
import io.deltaport.loader.config.QuantizationConfig.Gptq;
import io.deltaport.loader.config.QuantizationConfig.Group;
import java.util.List;
import java.util.Map;
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
  void compressedTensorsOfAnotherFormat() {
    assertRefused(
        new CompressedTensors("marlin-24", List.of(group(4, "int", "group")), List.of()),
        "format: expected one of dense, float-quantized, mixed-precision, mxfp4-pack-quantized,"
            + " naive-quantized, nvfp4-pack-quantized, pack-quantized, found marlin-24");
  }

  @Test
  void aGroupOfAnotherFormat() {
    Group group =
        new Group(
            Optional.of("int-quantized"),
            List.of("Linear"),
            8,
            "int",
            "channel",
            GROUP,
            List.of(),
            true,
            Group.Ordering.STATIC);
    assertRefused(
        new CompressedTensors("mixed-precision", List.of(group), List.of()),
        "config_groups: format: expected one of dense, float-quantized, mixed-precision,"
            + " mxfp4-pack-quantized, naive-quantized, nvfp4-pack-quantized, pack-quantized, found"
            + " int-quantized");
  }

  @Test
  void packedIntegersWithOneScale() {
    assertGroupRefused(group(4, "int", "tensor"), "int of 4 bits by tensor");
  }

  @Test
  void packedIntegersOfThreeBits() {
    assertGroupRefused(group(3, "int", "group"), "int of 3 bits by group");
  }

  @Test
  void floatsOfSixBits() {
    assertGroupRefused(group(6, "float", "group"), "float of 6 bits by group");
  }

  @Test
  void floatsOfFourBitsByRow() {
    assertGroupRefused(group(4, "float", "channel"), "float of 4 bits by channel");
  }

  @Test
  void anotherStrategyOfFloats() {
    assertGroupRefused(group(8, "float", "token"), "float of 8 bits by token");
  }

  @Test
  void anExpressionThatCannotBeRead() {
    Group group =
        new Group(
            Optional.empty(),
            List.of("re:.*("),
            8,
            "float",
            "channel",
            GROUP,
            List.of(),
            true,
            Group.Ordering.STATIC);
    assertRefused(
        new CompressedTensors("float-quantized", List.of(group), List.of()),
        "an expression: expected one that can be read, found .*(");
  }

  @Test
  void autoRoundOfAnotherPacking() {
    assertRefused(
        new AutoRound("auto_round:mlx", new AutoRound.Scheme(4, GROUP), Map.of()),
        "auto-round: packing_format: expected auto_round:auto_gptq, auto_round:gptqmodel,"
            + " auto_round:auto_awq or auto_round, found auto_round:mlx");
  }

  private static Group group(long bits, String type, String strategy) {
    return new Group(
        Optional.empty(),
        List.of("Linear"),
        bits,
        type,
        strategy,
        GROUP,
        List.of(),
        true,
        Group.Ordering.STATIC);
  }

  private static void assertGroupRefused(Group group, String found) {
    assertRefused(
        new CompressedTensors("mixed-precision", List.of(group), List.of()),
        "config_groups: expected int of 4 or 8 bits by group or channel, float of 8 bits by"
            + " tensor, channel, group or block, or float of 4 bits by group, found "
            + found);
  }

  private static void assertRefused(QuantizationConfig config, String message) {
    ConverterException e =
        assertThrows(ConverterException.class, () -> MatrixStorage.of(Optional.of(config)));
    assertEquals("config.json: quantization_config: " + message, e.getMessage());
  }
}
