package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.DecoderLayer.MlpType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code config.json} and {@code generation_config.json} as transformers does. */
public final class ConfigReader {
  private static final String MODEL_TYPE = "qwen3_next";
  private static final String CAUSAL_LM = "Qwen3NextForCausalLM";
  private static final Map<String, HeadType> CLASSES =
      Map.of(
          CAUSAL_LM,
          HeadType.CAUSAL_LM,
          "Qwen3NextModel",
          HeadType.BASE_MODEL,
          "Qwen3NextForSequenceClassification",
          HeadType.SEQUENCE_CLASSIFICATION,
          "Qwen3NextForTokenClassification",
          HeadType.TOKEN_CLASSIFICATION,
          "Qwen3NextForQuestionAnswering",
          HeadType.QUESTION_ANSWERING);
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
    Moe moe = moe(fields);
    List<DecoderLayer> layers = layers(fields, moe);
    long maxPositions = fields.whole("max_position_embeddings", 32_768);
    Attention attention = attention(fields, maxPositions);
    DeltaNet deltaNet = deltaNet(fields);
    Architecture architecture = new HeadReader(fields).architecture(CLASSES, CAUSAL_LM);
    Vocabulary vocabulary = vocabulary(fields);
    Optional<QuantizationConfig> quantization = QuantizationReader.read(fields);
    return fields.check(
        () ->
            new ModelConfig(
                architecture,
                vocabulary,
                fields.whole("hidden_size", 2048),
                layers,
                attention,
                deltaNet,
                OptionalLong.of(fields.whole("intermediate_size", 5632)),
                Optional.of(moe).filter(some -> some.experts() > 0),
                fields.text("hidden_act", "silu"),
                fields.number("rms_norm_eps", 1e-6),
                maxPositions,
                source(fields, quantization)));
  }

  /** The mixer of each layer; its MLP is by the rule of {@code Qwen3NextDecoderLayer}. */
  private static List<DecoderLayer> layers(ConfigFields fields, Moe moe) {
    List<LayerType> types = new LayerReader(fields).types(48);
    List<Long> dense = fields.wholeList("mlp_only_layers");
    fields.limit("mlp_only_layers", dense.size(), 0, ModelConfig.MOST_LAYERS);
    int step = fields.count("decoder_sparse_step", 1);
    boolean sparse =
        fields.limit("decoder_sparse_step", step, 1, Integer.MAX_VALUE) && moe.experts() > 0;
    List<DecoderLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < types.size(); layer++) {
      boolean experts = sparse && (layer + 1) % step == 0 && !dense.contains((long) layer);
      layers.add(new DecoderLayer(types.get(layer), experts ? MlpType.SPARSE : MlpType.DENSE));
    }
    return layers;
  }

  private static Attention attention(ConfigFields fields, long maxPositions) {
    RopeParameters rope = RopeReader.read(fields, maxPositions);
    return fields.part(
        () ->
            new Attention(
                fields.whole("num_attention_heads", 16),
                fields.whole("num_key_value_heads", 2),
                fields.whole("head_dim", 256),
                fields.flag("attention_bias", false),
                rope),
        new Attention(16, 2, 256, false, RopeReader.STAND_IN));
  }

  private static DeltaNet deltaNet(ConfigFields fields) {
    return fields.part(
        () ->
            new DeltaNet(
                fields.whole("linear_num_key_heads", 16),
                fields.whole("linear_key_head_dim", 128),
                fields.whole("linear_num_value_heads", 32),
                fields.whole("linear_value_head_dim", 128),
                fields.whole("linear_conv_kernel_dim", 4)),
        new DeltaNet(16, 128, 32, 128, 4));
  }

  private static Moe moe(ConfigFields fields) {
    // of the training loss alone
    fields.flag("output_router_logits", false);
    fields.number("router_aux_loss_coef", 0.001);
    return fields.part(
        () ->
            new Moe(
                fields.whole("num_experts", 512),
                fields.whole("num_experts_per_tok", 10),
                fields.whole("moe_intermediate_size", 512),
                fields.whole("shared_expert_intermediate_size", 512),
                fields.flag("norm_topk_prob", true)),
        new Moe(512, 10, 512, 512, true));
  }

  private static Vocabulary vocabulary(ConfigFields fields) {
    return fields.part(
        () ->
            new Vocabulary(
                fields.whole("vocab_size", 151_936),
                fields.optionalWhole("pad_token_id"),
                fields.optionalWhole("bos_token_id"),
                fields.wholes("eos_token_id")),
        new Vocabulary(1, OptionalLong.empty(), OptionalLong.empty(), List.of()));
  }

  /** Last of all: only then is it known which keys nobody asked for. */
  private static ConfigSource source(
      ConfigFields fields, Optional<QuantizationConfig> quantization) {
    return new ConfigSource(
        fields.optionalText("dtype").or(() -> fields.optionalText("torch_dtype")),
        quantization,
        fields.defaultsUsed(),
        fields.unknown());
  }

  private static CheckpointException in(String file, CheckpointException e) {
    return new CheckpointException(e.problems().stream().map(p -> p.in(file)).toList());
  }
}
