package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code config.json} and {@code generation_config.json} as transformers does. */
public final class ConfigReader {
  private static final String MODEL_TYPE = "qwen3_next";

  private ConfigReader() {}

  /**
   * The config of a model.
   *
   * @throws CheckpointException naming every key that is wrong
   */
  public static ModelConfig model(ObjectNode json) {
    try {
      ConfigFields fields = new ConfigFields(json);
      requireModelType(fields);
      return read(fields);
    } catch (CheckpointException e) {
      throw in("config.json", e);
    }
  }

  /** What generation starts from. */
  public static GenerationConfig generation(ObjectNode json) {
    ConfigFields fields = new ConfigFields(json);
    try {
      return fields.check(
          () ->
              new GenerationConfig(
                  fields.wholes("eos_token_id"),
                  fields.optionalWhole("pad_token_id"),
                  fields.optionalWhole("bos_token_id"),
                  fields.flag("do_sample", false),
                  fields.optionalNumber("temperature"),
                  fields.optionalWhole("top_k"),
                  fields.optionalNumber("top_p"),
                  fields.optionalNumber("min_p"),
                  fields.optionalNumber("repetition_penalty"),
                  fields.optionalWhole("max_new_tokens"),
                  fields.optionalWhole("num_beams")));
    } catch (CheckpointException e) {
      throw in("generation_config.json", e);
    }
  }

  private static void requireModelType(ConfigFields fields) {
    String type = fields.optionalText("model_type").orElse("");
    if (!type.equals(MODEL_TYPE)) {
      fields.wrong(
          "model_type",
          "\"" + MODEL_TYPE + "\"",
          type.isEmpty() ? "nothing" : "\"" + type + "\"",
          "");
      fields.check(() -> "");
    }
  }

  private static ModelConfig read(ConfigFields fields) {
    int layers = fields.count("num_hidden_layers", 48);
    long maxPositions = fields.whole("max_position_embeddings", 32_768);
    Architecture architecture = architecture(fields);
    long vocabSize = fields.whole("vocab_size", 151_936);
    long hiddenSize = fields.whole("hidden_size", 2048);
    long intermediateSize = fields.whole("intermediate_size", 5632);
    long heads = fields.whole("num_attention_heads", 16);
    long kvHeads = fields.whole("num_key_value_heads", 2);
    long headDim = fields.whole("head_dim", 256);
    String hiddenAct = fields.text("hidden_act", "silu");
    double eps = fields.number("rms_norm_eps", 1e-6);
    boolean attentionBias = fields.flag("attention_bias", false);
    RopeParameters rope = RopeReader.read(fields, maxPositions);
    long kernel = fields.whole("linear_conv_kernel_dim", 4);
    long keyHeadDim = fields.whole("linear_key_head_dim", 128);
    long valueHeadDim = fields.whole("linear_value_head_dim", 128);
    long keyHeads = fields.whole("linear_num_key_heads", 16);
    long valueHeads = fields.whole("linear_num_value_heads", 32);
    int sparseStep = fields.count("decoder_sparse_step", 1);
    long moeIntermediate = fields.whole("moe_intermediate_size", 512);
    long sharedIntermediate = fields.whole("shared_expert_intermediate_size", 512);
    long perToken = fields.whole("num_experts_per_tok", 10);
    long experts = fields.whole("num_experts", 512);
    boolean normTopk = fields.flag("norm_topk_prob", true);
    boolean routerLogits = fields.flag("output_router_logits", false);
    double auxLoss = fields.number("router_aux_loss_coef", 0.001);
    List<Integer> mlpOnly = mlpOnlyLayers(fields);
    List<LayerType> types = layerTypes(fields, layers);
    boolean tied = fields.flag("tie_word_embeddings", false);
    SortedMap<Long, String> labels = labels(fields);
    Optional<ProblemType> problemType = problemType(fields);
    Optional<String> dtype =
        fields.optionalText("dtype").or(() -> fields.optionalText("torch_dtype"));
    Optional<QuantizationConfig> quantization = Optional.empty();
    return fields.check(
        () ->
            new ModelConfig(
                architecture,
                vocabSize,
                hiddenSize,
                intermediateSize,
                layers,
                heads,
                kvHeads,
                headDim,
                hiddenAct,
                maxPositions,
                eps,
                attentionBias,
                rope,
                kernel,
                keyHeadDim,
                valueHeadDim,
                keyHeads,
                valueHeads,
                sparseStep,
                moeIntermediate,
                sharedIntermediate,
                perToken,
                experts,
                normTopk,
                routerLogits,
                auxLoss,
                mlpOnly,
                types,
                tied,
                fields.optionalWhole("pad_token_id"),
                fields.optionalWhole("bos_token_id"),
                fields.wholes("eos_token_id"),
                labels,
                problemType,
                dtype,
                quantization,
                fields.defaultsUsed(),
                fields.unknown()));
  }

  private static Architecture architecture(ConfigFields fields) {
    List<String> names = fields.texts("architectures");
    if (names.isEmpty()) {
      fields.defaulted("architectures", Architecture.CAUSAL_LM.className());
      return Architecture.CAUSAL_LM;
    }
    Optional<Architecture> architecture =
        names.size() == 1 ? Architecture.of(names.get(0)) : Optional.empty();
    return architecture.orElseGet(
        () ->
            fields.wrong(
                "architectures",
                "one of " + List.of(Architecture.values()),
                names.toString(),
                Architecture.CAUSAL_LM));
  }

  private static List<Integer> mlpOnlyLayers(ConfigFields fields) {
    List<Integer> layers = new ArrayList<>();
    for (long layer : fields.wholes("mlp_only_layers")) {
      layers.add((int) Math.min(Math.max(layer, -1), Integer.MAX_VALUE));
    }
    return layers;
  }

  private static List<LayerType> layerTypes(ConfigFields fields, int layers) {
    List<LayerType> types = new ArrayList<>();
    for (String name : fields.texts("layer_types")) {
      types.add(
          LayerType.of(name)
              .orElseGet(
                  () ->
                      fields.wrong(
                          "layer_types",
                          "linear_attention or full_attention",
                          "\"" + name + "\"",
                          LayerType.LINEAR_ATTENTION)));
    }
    return types.isEmpty() ? everyNth(fields, layers) : types;
  }

  private static List<LayerType> everyNth(ConfigFields fields, int layers) {
    long interval = Math.max(1, fields.whole("full_attention_interval", 4));
    List<LayerType> types = new ArrayList<>();
    for (int layer = 0; layer < Math.min(layers, 1 << 12); layer++) {
      types.add(
          (layer + 1) % interval == 0 ? LayerType.FULL_ATTENTION : LayerType.LINEAR_ATTENTION);
    }
    return types;
  }

  private static SortedMap<Long, String> labels(ConfigFields fields) {
    SortedMap<Long, String> labels = new TreeMap<>();
    Optional<ObjectNode> given = fields.object("id2label");
    if (given.isPresent()) {
      for (Map.Entry<String, JsonNode> label : given.get().properties()) {
        labels.put(Long.parseLong(label.getKey()), label.getValue().asText());
      }
      return labels;
    }
    long count = fields.whole("num_labels", 2);
    for (long id = 0; id < Math.min(count, ModelConfig.MOST_LABELS + 1); id++) {
      labels.put(id, "LABEL_" + id);
    }
    return labels;
  }

  private static Optional<ProblemType> problemType(ConfigFields fields) {
    return fields
        .optionalText("problem_type")
        .flatMap(
            name -> {
              Optional<ProblemType> type = ProblemType.of(name);
              return type.isPresent()
                  ? type
                  : fields.wrong("problem_type", "a problem type", "\"" + name + "\"", type);
            });
  }

  private static CheckpointException in(String file, CheckpointException e) {
    return new CheckpointException(e.problems().stream().map(p -> p.in(file)).toList());
  }
}
