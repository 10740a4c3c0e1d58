package io.deltaport.converter.weights;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.StoredWeight.Packed.Grouping;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.config.QuantizationConfig.Awq;
import io.deltaport.loader.config.QuantizationConfig.CompressedTensors;
import io.deltaport.loader.config.QuantizationConfig.Gptq;
import io.deltaport.loader.config.QuantizationConfig.Group;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a checkpoint stores the matrices that it quantises.
 *
 * @param fp8 how FP8 matrices are scaled
 * @param packed the tensors of a matrix of packed integers, where the method packs
 */
record MatrixStorage(Fp8 fp8, Optional<PackedNames> packed) {
  private static final Fp8 BY_MATRIX = new Fp8("_scale_inv", 0, 0);

  private static final QuantizationConfig.Cases<MatrixStorage> STORAGES =
      new QuantizationConfig.Cases<>() {
        @Override
        public MatrixStorage fp8(QuantizationConfig.Fp8 fp8) {
          return new MatrixStorage(
              new Fp8("_scale_inv", fp8.blockRows(), fp8.blockColumns()), Optional.empty());
        }

        @Override
        public MatrixStorage awq(Awq awq) {
          return packed(MatrixStorage.packing(awq));
        }

        @Override
        public MatrixStorage gptq(Gptq gptq) {
          return packed(MatrixStorage.packing(gptq));
        }

        @Override
        public MatrixStorage compressedTensors(CompressedTensors compressed) {
          return compressed(compressed);
        }
      };

  /**
   * The storage that a {@code quantization_config} names.
   *
   * @throws ConverterException if it is one that cannot be read
   */
  static MatrixStorage of(Optional<QuantizationConfig> config) {
    return config
        .map(quantization -> quantization.map(STORAGES))
        .orElse(new MatrixStorage(BY_MATRIX, Optional.empty()));
  }

  private static MatrixStorage packed(PackedNames names) {
    return new MatrixStorage(BY_MATRIX, Optional.of(names));
  }

  private static PackedNames packing(Awq awq) {
    if (awq.bits() != 4 || !awq.version().equals("gemm")) {
      throw refused(
          "awq", "4 bits in version gemm", awq.bits() + " bits in version " + awq.version());
    }
    if (!awq.zeroPoint()) {
      throw refused("awq: zero_point", "true", "false");
    }
    return new PackedNames(
        Packing.awq(),
        whole(awq.groupSize()),
        false,
        Grouping.RUNS,
        ".qweight",
        ".scales",
        ".qzeros",
        "",
        "");
  }

  private static PackedNames packing(Gptq gptq) {
    boolean second = gptq.checkpointFormat().equals("gptq_v2");
    if (!second && !gptq.checkpointFormat().equals("gptq")) {
      throw refused("gptq: checkpoint_format", "gptq or gptq_v2", gptq.checkpointFormat());
    }
    Packing packing = Packing.gptq(bits("gptq", gptq.bits()), second ? 0 : 1);
    return new PackedNames(
        packing,
        whole(gptq.groupSize()),
        false,
        gptq.descAct() ? Grouping.PERMUTED : Grouping.RUNS,
        ".qweight",
        ".scales",
        ".qzeros",
        ".g_idx",
        "");
  }

  private static MatrixStorage compressed(CompressedTensors compressed) {
    if (compressed.groups().size() != 1) {
      throw refused(
          "compressed-tensors",
          "one group of config_groups",
          compressed.groups().size() + " groups");
    }
    Group group = compressed.groups().get(0);
    return switch (compressed.format()) {
      case "pack-quantized" -> packed(packQuantized(group));
      case "float-quantized" -> new MatrixStorage(floatQuantized(group), Optional.empty());
      default ->
          throw refused(
              "compressed-tensors: format",
              "pack-quantized or float-quantized",
              compressed.format());
    };
  }

  private static PackedNames packQuantized(Group group) {
    if (!group.type().equals("int")
        || group.strategy().equals("block")
        || group.strategy().equals("tensor")) {
      throw refused(
          "compressed-tensors: pack-quantized",
          "int by group or channel",
          group.type() + " by " + group.strategy());
    }
    return new PackedNames(
        Packing.compressedTensors(bits("compressed-tensors", group.bits())),
        whole(group.groupSize()),
        group.symmetric(),
        group.ordering() == Group.Ordering.GROUP ? Grouping.PERMUTED : Grouping.RUNS,
        ".weight_packed",
        ".weight_scale",
        ".weight_zero_point",
        ".weight_g_idx",
        ".weight_shape");
  }

  private static Fp8 floatQuantized(Group group) {
    if (group.bits() != 8 || !group.type().equals("float")) {
      throw refused(
          "compressed-tensors: float-quantized",
          "float of 8 bits",
          group.type() + " of " + group.bits());
    }
    return switch (group.strategy()) {
      case "tensor" -> new Fp8("_scale", 0, 0);
      case "channel" -> new Fp8("_scale", 1, 0);
      case "group" -> new Fp8("_scale", 1, whole(group.groupSize()));
      case "block" ->
          new Fp8("_scale", group.blockStructure().get(0), group.blockStructure().get(1));
      default ->
          throw refused(
              "compressed-tensors: strategy", "tensor, channel, group or block", group.strategy());
    };
  }

  private static int bits(String method, long bits) {
    if (bits != 4 && bits != 8) {
      throw refused(method, "4 or 8 bits", bits + " bits");
    }
    return (int) bits;
  }

  private static long whole(OptionalLong group) {
    return group.orElse(0);
  }

  private static ConverterException refused(String where, String expected, String found) {
    return ConverterException.refused(
        "config.json: quantization_config: " + where, expected, found);
  }
}
