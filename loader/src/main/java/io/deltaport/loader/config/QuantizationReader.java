package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads {@code quantization_config}: the methods that this project knows, any other is an error by
 * name.
 */
public final class QuantizationReader {
  private static final String KEY = "quantization_config";

  private final ConfigFields fields;

  private QuantizationReader(ConfigFields fields) {
    this.fields = fields;
  }

  /** The quantization of a config, if it has one; problems are noted there. */
  public static Optional<QuantizationConfig> read(ConfigFields config) {
    Optional<ObjectNode> object = config.object(KEY);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    QuantizationReader reader = new QuantizationReader(new ConfigFields(object.get()));
    try {
      Optional<QuantizationConfig> read = reader.fields.check(reader::quantization);
      reader.fields.unknown().forEach(unknown -> config.ignore(KEY + ": " + unknown));
      return read;
    } catch (CheckpointException e) {
      return config.adopt(KEY, e, Optional.empty());
    }
  }

  private Optional<QuantizationConfig> quantization() {
    String method = fields.optionalText("quant_method").orElse("");
    return switch (method) {
      case "fp8" -> Optional.of(fp8());
      case "compressed-tensors" -> Optional.of(compressedTensors());
      case "awq" -> Optional.of(awq());
      case "gptq" -> Optional.of(gptq());
      default ->
          fields.wrong(
              "quant_method",
              "fp8, compressed-tensors, awq or gptq",
              "\"" + method + "\"",
              Optional.empty());
    };
  }

  private QuantizationConfig fp8() {
    fields.only("fmt", "e4m3");
    fields.only("scale_fmt", "float");
    fields.only("expert_dtype", "fp8");
    List<Long> block =
        fields.has("weight_block_size")
            ? fields.wholeList("weight_block_size")
            : fields.defaulted("weight_block_size", List.of(128L, 128L));
    if (block.size() != 2) {
      block = fields.wrong("weight_block_size", "two numbers", "" + block, List.of(1L, 1L));
    }
    List<String> plain =
        fields.texts(fields.has("ignored_layers") ? "ignored_layers" : "modules_to_not_convert");
    return new QuantizationConfig.Fp8(block.get(0), block.get(1), plain);
  }

  private QuantizationConfig compressedTensors() {
    fields.none("sparsity_config");
    fields.none("transform_config");
    List<QuantizationConfig.Group> groups = new ArrayList<>();
    fields.object("config_groups").ifPresent(object -> groups(object, groups));
    return new QuantizationConfig.CompressedTensors(
        fields.text("format", "dense"), groups, fields.texts("ignore"));
  }

  private void groups(ObjectNode all, List<QuantizationConfig.Group> groups) {
    for (Map.Entry<String, JsonNode> entry : all.properties()) {
      String where = "config_groups: " + entry.getKey();
      if (!(entry.getValue() instanceof ObjectNode object)
          || !(object.get("weights") instanceof ObjectNode)) {
        fields.wrong(where, "an object with weights", entry.getValue(), "");
        continue;
      }
      try {
        ConfigFields group = new ConfigFields(object);
        groups.add(group(group));
        group.unknown().forEach(unknown -> fields.ignore(where + ": " + unknown));
      } catch (CheckpointException e) {
        fields.adopt(where, e, "");
      }
    }
  }

  private static QuantizationConfig.Group group(ConfigFields group) {
    List<String> targets = group.texts("targets");
    ConfigFields weights = new ConfigFields(group.object("weights").orElseThrow());
    QuantizationConfig.Group read =
        group.check(
            () ->
                weights.check(
                    () ->
                        new QuantizationConfig.Group(
                            targets,
                            weights.whole("num_bits", 8),
                            weights.text("type", "int"),
                            strategy(weights),
                            groupSize(weights),
                            weights.wholeList("block_structure"),
                            weights.flag("symmetric", true),
                            ordering(weights))));
    weights.unknown().forEach(unknown -> group.ignore("weights: " + unknown));
    return read;
  }

  /** {@code true} and {@code dynamic} are old names of {@code group}. */
  private static QuantizationConfig.Group.Ordering ordering(ConfigFields weights) {
    return switch (weights.textOrFlag("actorder").orElse("false")) {
      case "false", "weight", "static" -> QuantizationConfig.Group.Ordering.STATIC;
      case "true", "group", "dynamic" -> QuantizationConfig.Group.Ordering.GROUP;
      default ->
          weights.wrong(
              "actorder",
              "group, weight, static, dynamic or null",
              weights.optionalText("actorder").orElse(""),
              QuantizationConfig.Group.Ordering.STATIC);
    };
  }

  private static String strategy(ConfigFields weights) {
    return weights
        .optionalText("strategy")
        .orElse(groupSize(weights).isPresent() ? "group" : "tensor");
  }

  private QuantizationConfig awq() {
    return new QuantizationConfig.Awq(
        fields.whole("bits", 4),
        groupSize(fields),
        fields
            .optionalText("version")
            .or(() -> fields.optionalText("format"))
            .orElse("gemm")
            .toLowerCase(Locale.ROOT),
        fields.flag("zero_point", true),
        fields.texts("modules_to_not_convert"));
  }

  private QuantizationConfig gptq() {
    return new QuantizationConfig.Gptq(
        fields.whole("bits", 4),
        groupSize(fields),
        fields.flag("desc_act", false),
        fields.flag("sym", true),
        fields
            .optionalText("checkpoint_format")
            .or(() -> fields.optionalText("format"))
            .orElse("gptq")
            .toLowerCase(Locale.ROOT),
        skippedModules());
  }

  /**
   * GPTQModel's {@code dynamic}: {@code -:EXPRESSION} leaves modules plain; other overrides are
   * refused.
   */
  private List<String> skippedModules() {
    List<String> skipped = new ArrayList<>(fields.texts("modules_to_not_convert"));
    fields
        .object("dynamic")
        .ifPresent(
            object ->
                object
                    .fieldNames()
                    .forEachRemaining(
                        rule ->
                            skipped.add(
                                rule.startsWith("-:")
                                    ? rule.substring(2)
                                    : fields.wrong(
                                        "dynamic", "rules that begin with -:", rule, "-"))));
    return skipped;
  }

  private static OptionalLong groupSize(ConfigFields fields) {
    OptionalLong size = fields.optionalWhole("group_size");
    return size.isPresent() && size.getAsLong() == -1 ? OptionalLong.empty() : size;
  }
}
