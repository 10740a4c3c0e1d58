package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads {@code quantization_config}: the methods that this project knows, any other is an error by
 * name.
 */
public final class QuantizationReader {
  private static final String KEY = "quantization_config";
  private static final List<String> MODEL_OPT =
      List.of(
          "FP8",
          "FP8_PER_CHANNEL_PER_TOKEN",
          "FP8_PB_WO",
          "FP8_BLOCK_SCALES",
          "NVFP4",
          "W4A16_NVFP4",
          "MIXED_PRECISION");

  private static final String ACTIVATIONS = "activations stay float32";
  private static final String MADE = "says how it was made";
  private static final String SHOWN = "the tensors show it";

  /** Where ModelOpt's own file, and some configs that hold a copy of it, have everything. */
  private static final String NESTED = "quantization";

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

  /**
   * Makes what ModelOpt's own file says a part of a config, unless that says it itself.
   *
   * @throws CheckpointException if the file is not what it must be
   */
  public static void addModelOpt(ObjectNode config, ObjectNode file) {
    ConfigFields fields = new ConfigFields(file);
    fields.check(new QuantizationReader(fields)::modelOpt);
    if (!config.hasNonNull(KEY) && !config.path("text_config").hasNonNull(KEY)) {
      config.set(KEY, file.deepCopy().put("quant_method", "modelopt"));
    }
  }

  private Optional<QuantizationConfig> quantization() {
    String method =
        fields.optionalText("quant_method").orElse(fields.has(NESTED) ? "modelopt" : "");
    return switch (method) {
      case "fp8" -> Optional.of(fp8());
      case "compressed-tensors" -> Optional.of(compressedTensors());
      case "awq" -> Optional.of(awq());
      case "gptq" -> Optional.of(gptq());
      case "modelopt" -> Optional.of(modelOpt());
      case "auto-round", "intel/auto-round" -> Optional.of(autoRound());
      default ->
          fields.wrong(
              "quant_method",
              "fp8, compressed-tensors, awq, gptq, modelopt or auto-round",
              "\"" + method + "\"",
              Optional.empty());
    };
  }

  private QuantizationConfig fp8() {
    fields.only("fmt", "e4m3");
    fields.only("scale_fmt", "float");
    fields.only("expert_dtype", "fp8");
    withoutEffect(fields, ACTIVATIONS, "activation_scheme");
    List<Long> block =
        fields.has("weight_block_size")
            ? fields.wholeList("weight_block_size")
            : fields.defaulted("weight_block_size", List.of(128L, 128L));
    List<String> plain =
        fields.texts(fields.has("ignored_layers") ? "ignored_layers" : "modules_to_not_convert");
    return new QuantizationConfig.Fp8(block, plain);
  }

  private QuantizationConfig compressedTensors() {
    inner("sparsity_config", sparsity -> sparsity.only("format", "dense"));
    inner("transform_config", transform -> transform.keys().forEach(transform::none));
    withoutEffect(fields, "the cache is not quantised here", "kv_cache_scheme");
    withoutEffect(fields, MADE, "quantization_status", "global_compression_ratio", "version");
    List<QuantizationConfig.Group> groups = new ArrayList<>();
    fields.object("config_groups").ifPresent(object -> groups(object, groups));
    return new QuantizationConfig.CompressedTensors(
        fields.text("format", "dense"), groups, fields.texts("ignore"));
  }

  /** Notes keys that are there, not null, and change nothing. */
  private static void withoutEffect(ConfigFields fields, String why, String... keys) {
    for (String key : keys) {
      if (!fields.isNull(key)) {
        fields.withoutEffect(why, key);
      }
    }
  }

  /** Reads an inner object where there is one. */
  private void inner(String key, Consumer<ConfigFields> read) {
    Optional<ObjectNode> object = fields.object(key);
    if (object.isPresent()) {
      ConfigFields inner = new ConfigFields(object.get());
      read.accept(inner);
      try {
        inner.check(() -> "");
      } catch (CheckpointException e) {
        fields.adopt(key, e, "");
      }
    }
  }

  private void groups(ObjectNode all, List<QuantizationConfig.Group> groups) {
    for (Map.Entry<String, JsonNode> entry : all.properties()) {
      String where = "config_groups: " + entry.getKey();
      if (entry.getValue().path("weights").isNull()) {
        fields.ignore(where + " (" + ACTIVATIONS + ")");
        continue;
      }
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
    Optional<String> format = group.optionalText("format");
    List<String> targets = group.texts("targets");
    ConfigFields weights = new ConfigFields(group.object("weights").orElseThrow());
    QuantizationConfig.Group read =
        group.check(
            () ->
                weights.check(
                    () ->
                        new QuantizationConfig.Group(
                            format,
                            targets,
                            weights.whole("num_bits", 8),
                            weights.text("type", "int"),
                            strategy(weights),
                            groupSize(weights),
                            weights.wholeList("block_structure"),
                            weights.flag("symmetric", true),
                            ordering(weights))));
    withoutEffect(group, ACTIVATIONS, "input_activations", "output_activations");
    withoutEffect(
        weights, MADE, "dynamic", "observer", "observer_kwargs", "scale_dtype", "zp_dtype");
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
    OptionalLong size = weights.optionalWhole("group_size");
    String whole = size.isPresent() ? "channel" : "tensor";
    return weights
        .optionalText("strategy")
        .orElse(groupSize(weights).isPresent() ? "group" : whole);
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

  /** NVFP4, FP8 or both; what a module has shows in its tensors. */
  private QuantizationConfig modelOpt() {
    withoutEffect(fields, MADE, "producer");
    Optional<ObjectNode> nested = fields.object(NESTED);
    if (nested.isEmpty()) {
      return modelOpt(fields);
    }
    ConfigFields inner = new ConfigFields(nested.get());
    try {
      QuantizationConfig read = inner.check(() -> modelOpt(inner));
      inner.unknown().forEach(unknown -> fields.ignore(NESTED + ": " + unknown));
      return read;
    } catch (CheckpointException e) {
      return fields.adopt(NESTED, e, new QuantizationConfig.ModelOpt("", List.of()));
    }
  }

  private static QuantizationConfig modelOpt(ConfigFields fields) {
    withoutEffect(
        fields, "the cache is not quantised here", "kv_cache_scheme", "kv_cache_quant_algo");
    withoutEffect(fields, SHOWN, "group_size", "has_zero_point");
    String algorithm = algorithm(fields);
    fields.only("pre_quant_scale", "false");
    layers(fields, "quantized_layers");
    layers(fields, "config_groups");
    return new QuantizationConfig.ModelOpt(
        algorithm, fields.texts(fields.has("ignore") ? "ignore" : "exclude_modules"));
  }

  private static void layers(ConfigFields fields, String key) {
    fields
        .object(key)
        .ifPresent(
            layers ->
                layers
                    .properties()
                    .forEach(
                        layer -> layer(fields, key + ": " + layer.getKey(), layer.getValue())));
  }

  private static void layer(ConfigFields fields, String where, JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      fields.wrong(where, "an object", value, "");
      return;
    }
    ConfigFields layer = new ConfigFields(object);
    algorithm(layer);
    layer.only("pre_quant_scale", "false");
    try {
      layer.check(() -> "");
    } catch (CheckpointException e) {
      fields.adopt(where, e, "");
    }
  }

  private static String algorithm(ConfigFields fields) {
    String found = fields.optionalText("quant_algo").orElse("");
    return found.isEmpty() || MODEL_OPT.contains(found.toUpperCase(Locale.ROOT))
        ? found
        : fields.wrong("quant_algo", "one of " + String.join(", ", MODEL_OPT), found, found);
  }

  private QuantizationConfig autoRound() {
    fields.none("rotation_config");
    withoutEffect(
        fields,
        MADE,
        "autoround_version",
        "iters",
        "low_gpu_mem_usage",
        "nsamples",
        "seqlen",
        "batch_size");
    withoutEffect(
        fields,
        ACTIVATIONS,
        "act_bits",
        "act_data_type",
        "act_group_size",
        "act_sym",
        "act_dynamic");
    withoutEffect(fields, SHOWN, "block_name_to_quantize", "sym");
    QuantizationConfig.AutoRound.Scheme all =
        scheme(fields, fields.whole("bits", 4), OptionalLong.of(128));
    Map<String, QuantizationConfig.AutoRound.Scheme> modules = new LinkedHashMap<>();
    fields
        .object("extra_config")
        .ifPresent(
            extra ->
                extra
                    .properties()
                    .forEach(module -> module(module.getKey(), module.getValue(), all, modules)));
    return new QuantizationConfig.AutoRound(
        fields.text("packing_format", "auto_round:auto_gptq"), all, modules);
  }

  private void module(
      String name,
      JsonNode value,
      QuantizationConfig.AutoRound.Scheme all,
      Map<String, QuantizationConfig.AutoRound.Scheme> modules) {
    String where = "extra_config: " + name;
    if (!(value instanceof ObjectNode object)) {
      fields.wrong(where, "an object", value, "");
      return;
    }
    ConfigFields module = new ConfigFields(object);
    try {
      modules.put(
          name,
          module.check(
              () ->
                  scheme(
                      module, module.optionalWhole("bits").orElse(all.bits()), all.groupSize())));
    } catch (CheckpointException e) {
      fields.adopt(where, e, "");
    }
  }

  private static QuantizationConfig.AutoRound.Scheme scheme(
      ConfigFields fields, long bits, OptionalLong group) {
    if (bits < 16) {
      fields.only("data_type", "int");
    }
    return new QuantizationConfig.AutoRound.Scheme(
        bits, fields.has("group_size") ? groupSize(fields) : group);
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
