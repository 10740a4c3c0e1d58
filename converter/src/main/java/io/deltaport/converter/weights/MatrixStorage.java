package io.deltaport.converter.weights;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.StoredWeight.Packed.Grouping;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.config.QuantizationConfig.AutoRound;
import io.deltaport.loader.config.QuantizationConfig.Awq;
import io.deltaport.loader.config.QuantizationConfig.CompressedTensors;
import io.deltaport.loader.config.QuantizationConfig.Gptq;
import io.deltaport.loader.config.QuantizationConfig.ModelOpt;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a checkpoint's config says of the matrices that it quantises, beyond what their tensors
 * show.
 */
interface MatrixStorage {
  /** How the scales of an FP8 matrix may lie. */
  Fp8Matrices fp8(MatrixSource source);

  /** The tensors of a matrix of packed integers; where the config says nothing that is noted. */
  Optional<PackedNames> packed(MatrixSource source, CheckpointTensors tensors);

  /**
   * The storage that a {@code quantization_config} names.
   *
   * @throws ConverterException if it is one that cannot be read
   */
  static MatrixStorage of(Optional<QuantizationConfig> config) {
    return config
        .map(quantization -> quantization.map(new ByMethod()))
        .orElseGet(() -> new Unnamed("none"));
  }

  /** The storage of each method. */
  final class ByMethod implements QuantizationConfig.Cases<MatrixStorage> {
    @Override
    public MatrixStorage fp8(QuantizationConfig.Fp8 fp8) {
      return new Blocks(MatrixStorage.scales(fp8));
    }

    @Override
    public MatrixStorage awq(Awq awq) {
      return new Uniform(MatrixStorage.packing(awq));
    }

    @Override
    public MatrixStorage gptq(Gptq gptq) {
      return new Uniform(MatrixStorage.packing(gptq));
    }

    @Override
    public MatrixStorage compressedTensors(CompressedTensors compressed) {
      return new ConfigGroups(compressed);
    }

    @Override
    public MatrixStorage modelOpt(ModelOpt modelOpt) {
      return new Unnamed(modelOpt.method());
    }

    @Override
    public MatrixStorage autoRound(AutoRound autoRound) {
      return new AutoRoundModules(autoRound);
    }
  }

  /** No scheme of its own: scales show by their shape what shares them. */
  record Unnamed(String method) implements MatrixStorage {
    private static final Fp8Matrices BY_SHAPE =
        new Fp8Matrices(Fp8Matrices.SCALE, List.of(Fp8.TENSOR, Fp8.CHANNEL, new Fp8(128, 128)));

    @Override
    public Fp8Matrices fp8(MatrixSource source) {
      return BY_SHAPE;
    }

    @Override
    public Optional<PackedNames> packed(MatrixSource source, CheckpointTensors tensors) {
      tensors.report(source.name(), "a quant_method that packs integers", method);
      return Optional.empty();
    }
  }

  /** FP8 with blocks of one size. */
  record Blocks(Fp8Matrices matrices) implements MatrixStorage {
    @Override
    public Fp8Matrices fp8(MatrixSource source) {
      return matrices;
    }

    @Override
    public Optional<PackedNames> packed(MatrixSource source, CheckpointTensors tensors) {
      return new Unnamed("fp8").packed(source, tensors);
    }
  }

  /** Packed integers, all alike. */
  record Uniform(PackedNames names) implements MatrixStorage {
    @Override
    public Fp8Matrices fp8(MatrixSource source) {
      return Unnamed.BY_SHAPE;
    }

    @Override
    public Optional<PackedNames> packed(MatrixSource source, CheckpointTensors tensors) {
      return Optional.of(names);
    }
  }

  private static Fp8Matrices scales(QuantizationConfig.Fp8 fp8) {
    List<Long> block = fp8.blockSize();
    return new Fp8Matrices(
        Fp8Matrices.INVERSE,
        List.of(block.isEmpty() ? Fp8.TENSOR : new Fp8(block.get(0), block.get(1))));
  }

  private static PackedNames packing(Awq awq) {
    if (awq.bits() != 4 || !awq.version().equals("gemm")) {
      throw refused(
          "awq", "4 bits in version gemm", awq.bits() + " bits in version " + awq.version());
    }
    if (!awq.zeroPoint()) {
      throw refused("awq: zero_point", "true", "false");
    }
    return PackedNames.awq(whole(awq.groupSize()));
  }

  private static PackedNames packing(Gptq gptq) {
    boolean second = gptq.checkpointFormat().equals("gptq_v2");
    if (!second && !gptq.checkpointFormat().equals("gptq")) {
      throw refused("gptq: checkpoint_format", "gptq or gptq_v2", gptq.checkpointFormat());
    }
    return PackedNames.gptq(
        bits("gptq", gptq.bits()),
        second ? 0 : 1,
        whole(gptq.groupSize()),
        gptq.descAct() ? Grouping.PERMUTED : Grouping.RUNS);
  }

  /** Codes of 4 or 8 bits. */
  static int bits(String where, long bits) {
    if (bits != 4 && bits != 8) {
      throw refused(where, "4 or 8 bits", bits + " bits");
    }
    return (int) bits;
  }

  /** A size of groups, 0 where all of a row is one. */
  static long whole(OptionalLong group) {
    return group.orElse(0);
  }

  /** A config that names what cannot be read. */
  static ConverterException refused(String where, String expected, String found) {
    return ConverterException.refused(
        "config.json: quantization_config: " + where, expected, found);
  }
}
