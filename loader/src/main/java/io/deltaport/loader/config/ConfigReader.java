package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Reads {@code config.json} and {@code generation_config.json} as transformers does. */
public final class ConfigReader {
  private static final String MODEL_TYPE = "qwen3_next";
  private static final String TEXT_CONFIG = "text_config";

  /** Keys of an outer config that hold for the text model inside it, where that one lacks them. */
  private static final List<String> OUTER =
      List.of(
          "architectures",
          "bos_token_id",
          "eos_token_id",
          "pad_token_id",
          "quantization_config",
          "tie_word_embeddings");

  /** Keys that describe a file, a Python run or training, not the model's arithmetic. */
  private static final List<String> NO_EFFECT =
      List.of(
          "_name_or_path",
          "attention_dropout",
          "chunk_size_feed_forward",
          "initializer_range",
          "output_attentions",
          "output_hidden_states",
          "return_dict",
          "torch_dtype",
          "transformers_version",
          "use_cache");

  private ConfigReader() {}

  /**
   * The config of a model.
   *
   * @param json {@code config.json}; left as it is
   * @throws CheckpointException naming every key that is wrong
   */
  public static ModelConfig model(ObjectNode json) {
    try {
      return read(new ConfigFields(textConfig(json)));
    } catch (CheckpointException e) {
      throw in("config.json", e);
    }
  }

  /**
   * What generation starts from.
   *
   * @param json {@code generation_config.json}; left as it is
   * @throws CheckpointException naming every key that is wrong
   */
  public static GenerationConfig generation(ObjectNode json) {
    try {
      return GenerationReader.read(json);
    } catch (CheckpointException e) {
      throw in("generation_config.json", e);
    }
  }

  /** The part that describes the text model: all, or {@code text_config} of a composed model. */
  private static ObjectNode textConfig(ObjectNode json) {
    ConfigFields outer = new ConfigFields(json);
    Optional<ObjectNode> inner = outer.object(TEXT_CONFIG);
    if (inner.isEmpty()) {
      return outer.check(() -> json);
    }
    if (json.has("hidden_size")) {
      outer.wrong(TEXT_CONFIG, "one text model", "sizes of another beside it", "");
    }
    ObjectNode text = inner.get().deepCopy();
    OUTER.stream().filter(json::has).forEach(key -> text.putIfAbsent(key, json.get(key)));
    return outer.check(() -> text);
  }

  private static void requireModelType(ConfigFields fields) {
    String type = fields.optionalText("model_type").orElse("");
    if (!type.equals(MODEL_TYPE) && !type.equals(MODEL_TYPE + "_text")) {
      fields.wrong("model_type", "\"" + MODEL_TYPE + "\"", "\"" + type + "\"", "");
      fields.check(() -> type);
    }
  }

  private static ModelConfig read(ConfigFields fields) {
    requireModelType(fields);
    fields.know(NO_EFFECT);
    fields.none("per_layer_config");
    int layers = fields.count("num_hidden_layers", 48);
    long maxPositions = fields.whole("max_position_embeddings", 32_768);
    RopeParameters rope = RopeReader.read(fields, maxPositions);
    List<LayerType> types = new LayerReader(fields).types(layers);
    Architecture architecture = new HeadReader(fields).architecture();
    SortedMap<Long, String> labels = new HeadReader(fields).labels(architecture);
    Optional<ProblemType> problemType = new HeadReader(fields).problemType();
    Optional<QuantizationConfig> quantization = QuantizationReader.read(fields);
    return fields.check(
        () ->
            new ModelConfig(
                architecture,
                fields.whole("vocab_size", 151_936),
                fields.whole("hidden_size", 2048),
                fields.whole("intermediate_size", 5632),
                layers,
                fields.whole("num_attention_heads", 16),
                fields.whole("num_key_value_heads", 2),
                fields.whole("head_dim", 256),
                fields.text("hidden_act", "silu"),
                maxPositions,
                fields.number("rms_norm_eps", 1e-6),
                fields.flag("attention_bias", false),
                rope,
                fields.whole("linear_conv_kernel_dim", 4),
                fields.whole("linear_key_head_dim", 128),
                fields.whole("linear_value_head_dim", 128),
                fields.whole("linear_num_key_heads", 16),
                fields.whole("linear_num_value_heads", 32),
                fields.count("decoder_sparse_step", 1),
                fields.whole("moe_intermediate_size", 512),
                fields.whole("shared_expert_intermediate_size", 512),
                fields.whole("num_experts_per_tok", 10),
                fields.whole("num_experts", 512),
                fields.flag("norm_topk_prob", true),
                fields.flag("output_router_logits", false),
                fields.number("router_aux_loss_coef", 0.001),
                fields.wholeList("mlp_only_layers"),
                types,
                fields.flag("tie_word_embeddings", false),
                fields.optionalWhole("pad_token_id"),
                fields.optionalWhole("bos_token_id"),
                fields.wholes("eos_token_id"),
                labels,
                problemType,
                fields.optionalText("dtype").or(() -> fields.optionalText("torch_dtype")),
                quantization,
                fields.defaultsUsed(),
                fields.unknown()));
  }

  private static CheckpointException in(String file, CheckpointException e) {
    return new CheckpointException(e.problems().stream().map(p -> p.in(file)).toList());
  }
}
