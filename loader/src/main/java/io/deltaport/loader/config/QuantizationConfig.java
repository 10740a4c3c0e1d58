package io.deltaport.loader.config;

import java.util.List;
import java.util.OptionalLong;

/**
 * {@code quantization_config}: how the weights of a checkpoint are packed, one record a {@code
 * quant_method}.
 */
public sealed interface QuantizationConfig {
  /** The {@code quant_method}. */
  String method();

  /** Modules (name parts, or patterns of the method) whose weights are plain. */
  List<String> modulesToNotConvert();

  /**
   * {@code fp8}: {@code float8_e4m3fn} weights with a {@code weight_scale_inv} for each block.
   *
   * @param blockRows output features that share a scale
   * @param blockColumns input features that share a scale
   */
  record Fp8(long blockRows, long blockColumns, List<String> modulesToNotConvert)
      implements QuantizationConfig {
    /** Checks and copies. */
    public Fp8 {
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
      Rules rules = new Rules();
      rules.range("weight_block_size", blockRows, 1, ModelConfig.MOST_FEATURES);
      rules.range("weight_block_size", blockColumns, 1, ModelConfig.MOST_FEATURES);
      rules.check();
    }

    @Override
    public String method() {
      return "fp8";
    }
  }

  /**
   * {@code compressed-tensors}.
   *
   * @param format such as {@code pack-quantized}
   * @param bits of a weight
   * @param groupSize input features that share a scale; absent where a whole row or tensor does
   * @param strategy {@code group}, {@code channel}, {@code tensor} or {@code block}
   * @param symmetric without zero points
   */
  record CompressedTensors(
      String format,
      int bits,
      OptionalLong groupSize,
      String strategy,
      boolean symmetric,
      List<String> modulesToNotConvert)
      implements QuantizationConfig {
    /** Checks and copies. */
    public CompressedTensors {
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
      packed(bits, groupSize);
    }

    @Override
    public String method() {
      return "compressed-tensors";
    }
  }

  /** {@code awq}: int4 packed eight in an int32 along the output, in AWQ's order. */
  record Awq(
      int bits,
      OptionalLong groupSize,
      String version,
      boolean symmetric,
      List<String> modulesToNotConvert)
      implements QuantizationConfig {
    /** Checks and copies. */
    public Awq {
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
      packed(bits, groupSize);
    }

    @Override
    public String method() {
      return "awq";
    }
  }

  /** {@code gptq}: integers packed in int32 along the input. */
  record Gptq(
      int bits,
      OptionalLong groupSize,
      boolean descAct,
      boolean symmetric,
      String checkpointFormat,
      List<String> modulesToNotConvert)
      implements QuantizationConfig {
    /** Checks and copies. */
    public Gptq {
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
      packed(bits, groupSize);
    }

    @Override
    public String method() {
      return "gptq";
    }
  }

  private static void packed(int bits, OptionalLong groupSize) {
    Rules rules = new Rules();
    rules.range("bits", bits, 2, 8);
    groupSize.ifPresent(size -> rules.range("group_size", size, 1, ModelConfig.MOST_FEATURES));
    rules.check();
  }
}
