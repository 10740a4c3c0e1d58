package io.deltaport.loader.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code quantization_config}: how the weights of a checkpoint are packed, one record a {@code
 * quant_method}.
 */
public sealed interface QuantizationConfig {
  /** The {@code quant_method}. */
  String method();

  /**
   * The modules that keep plain weights, as the config names them: whole names, parts or patterns.
   * Whether a weight is packed shows in the checkpoint itself.
   */
  List<String> modulesToNotConvert();

  /** What one of several functions makes of it, by its kind. */
  <R> R map(Cases<R> cases);

  /** A function for each kind. */
  interface Cases<R> {
    R fp8(Fp8 fp8);

    R awq(Awq awq);

    R gptq(Gptq gptq);

    R compressedTensors(CompressedTensors compressed);

    R modelOpt(ModelOpt modelOpt);

    R autoRound(AutoRound autoRound);
  }

  /**
   * {@code fp8}: {@code float8_e4m3fn} weights with a {@code weight_scale_inv} for each block.
   *
   * @param blockSize output and input features that share a scale; empty where all do
   */
  record Fp8(List<Long> blockSize, List<String> modulesToNotConvert) implements QuantizationConfig {
    /** Checks and copies. */
    public Fp8 {
      blockSize = List.copyOf(blockSize);
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
      Rules rules = new Rules();
      blockSize.forEach(
          size -> rules.range("weight_block_size", size, 1, ModelConfig.MOST_FEATURES));
      rules.holds(
          blockSize.isEmpty() || blockSize.size() == 2,
          "weight_block_size",
          "two numbers or null",
          blockSize.toString());
      rules.check();
    }

    @Override
    public String method() {
      return "fp8";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.fp8(this);
    }
  }

  /**
   * {@code compressed-tensors}.
   *
   * @param format such as {@code pack-quantized} or {@code float-quantized}
   * @param groups of {@code config_groups}
   */
  record CompressedTensors(String format, List<Group> groups, List<String> modulesToNotConvert)
      implements QuantizationConfig {
    /** Checks and copies. */
    public CompressedTensors {
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
      groups = List.copyOf(groups);
      Rules rules = new Rules();
      rules.range("config_groups", groups.size(), 0, 64);
      rules.check();
    }

    @Override
    public String method() {
      return "compressed-tensors";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.compressedTensors(this);
    }
  }

  /**
   * One scheme of compressed-tensors, its {@code weights}.
   *
   * @param format where the group has one of its own
   * @param targets module classes or patterns that it holds for
   * @param bits of a weight, {@code num_bits}
   * @param type {@code int} or {@code float}
   * @param strategy {@code group}, {@code channel}, {@code tensor}, {@code block} or {@code
   *     tensor_group}
   * @param groupSize input features that share a scale, for {@code group}
   * @param blockStructure rows and columns that share a scale, for {@code block}; else empty
   * @param symmetric without zero points
   * @param ordering of the columns, {@code actorder}
   */
  record Group(
      Optional<String> format,
      List<String> targets,
      long bits,
      String type,
      String strategy,
      OptionalLong groupSize,
      List<Long> blockStructure,
      boolean symmetric,
      Ordering ordering) {
    /** In which order columns make groups. */
    public enum Ordering {
      /** As they lie. */
      STATIC,
      /** As {@code weight_g_idx} says. */
      GROUP
    }

    /** Checks and copies. */
    public Group {
      targets = List.copyOf(targets);
      blockStructure = List.copyOf(blockStructure);
      Rules rules = packed("num_bits", bits, groupSize);
      rules.holds(
          targets.stream().noneMatch(String::isEmpty), "targets", "names or classes", "\"\"");
      rules.holds(
          !strategy.equals("block") || blockStructure.size() == 2,
          "block_structure",
          "rows and columns",
          blockStructure.toString());
      blockStructure.forEach(
          size -> rules.range("block_structure", size, 1, ModelConfig.MOST_FEATURES));
      rules.check();
    }
  }

  /**
   * {@code awq}: integers packed eight in an int32 along the output, in AWQ's order.
   *
   * @param groupSize input features that share a scale; absent where a whole column does
   * @param version the packing, such as {@code gemm}
   * @param zeroPoint whether there are zero points
   */
  record Awq(
      long bits,
      OptionalLong groupSize,
      String version,
      boolean zeroPoint,
      List<String> modulesToNotConvert)
      implements QuantizationConfig {
    /** Checks and copies. */
    public Awq {
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
      packed("bits", bits, groupSize).check();
    }

    @Override
    public String method() {
      return "awq";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.awq(this);
    }
  }

  /**
   * {@code gptq}: integers packed in int32 along the input.
   *
   * @param groupSize input features that share a scale; absent where a whole column does
   * @param descAct whether {@code g_idx} permutes the groups
   * @param sym without zero points of their own
   * @param checkpointFormat {@code gptq} stores zero points less one, {@code gptq_v2} as they are
   */
  record Gptq(
      long bits,
      OptionalLong groupSize,
      boolean descAct,
      boolean sym,
      String checkpointFormat,
      List<String> modulesToNotConvert)
      implements QuantizationConfig {
    /** Checks and copies. */
    public Gptq {
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
      packed("bits", bits, groupSize).check();
    }

    @Override
    public String method() {
      return "gptq";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.gptq(this);
    }
  }

  /**
   * {@code modelopt}: NVFP4 and FP8, told apart by their tensors.
   *
   * @param algorithm {@code quant_algo}
   */
  record ModelOpt(String algorithm, List<String> modulesToNotConvert)
      implements QuantizationConfig {
    /** Copies. */
    public ModelOpt {
      modulesToNotConvert = List.copyOf(modulesToNotConvert);
    }

    @Override
    public String method() {
      return "modelopt";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.modelOpt(this);
    }
  }

  /**
   * {@code auto-round}: integers packed as another method does.
   *
   * @param packingFormat which method's
   * @param scheme of all modules that have none of their own
   * @param modules schemes of modules, by name or expression, in the order of the file
   */
  record AutoRound(String packingFormat, Scheme scheme, Map<String, Scheme> modules)
      implements QuantizationConfig {
    private static final int MOST_BITS = 32;

    /** Copies. */
    public AutoRound {
      modules = Collections.unmodifiableMap(new LinkedHashMap<>(modules));
    }

    /**
     * How a module is packed.
     *
     * @param bits of a code; 16 and more of one that is not packed
     * @param groupSize input features that share a scale; absent where all do
     */
    public record Scheme(long bits, OptionalLong groupSize) {
      /** Checks. */
      public Scheme {
        Rules rules = packed("bits", Math.min(bits, 8), groupSize);
        rules.range("bits", bits, 2, MOST_BITS);
        rules.check();
      }
    }

    @Override
    public String method() {
      return "auto-round";
    }

    @Override
    public <R> R map(Cases<R> cases) {
      return cases.autoRound(this);
    }

    @Override
    public List<String> modulesToNotConvert() {
      return modules.entrySet().stream()
          .filter(module -> module.getValue().bits() > 8)
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  private static Rules packed(String key, long bits, OptionalLong groupSize) {
    Rules rules = new Rules();
    rules.range(key, bits, 2, 8);
    groupSize.ifPresent(size -> rules.range("group_size", size, 1, ModelConfig.MOST_FEATURES));
    return rules;
  }
}
