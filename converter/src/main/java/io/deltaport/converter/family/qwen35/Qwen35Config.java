package io.deltaport.converter.family.qwen35;

import io.deltaport.loader.config.Architecture;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.DecoderLayer;
import io.deltaport.loader.config.DecoderLayer.MlpType;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.HeadReader;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.LayerReader;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import io.deltaport.loader.config.PartReader;
import io.deltaport.loader.config.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code Qwen3_5TextConfig} and {@code Qwen3_5MoeTextConfig}, alone or inside {@code Qwen3_5Config}
 * and {@code Qwen3_5MoeConfig}: their keys and their defaults. Every MLP of the one is dense, every
 * MLP of the other a mixture of experts, whatever a file says.
 */
final class Qwen35Config {
  /** The model types of the mixture of experts. */
  private static final List<String> MOE_TYPES = List.of("qwen3_5_moe", "qwen3_5_moe_text");

  private static final Map<String, HeadType> TEXT_CLASSES =
      Map.of(
          "Qwen3_5ForCausalLM", HeadType.CAUSAL_LM,
          "Qwen3_5TextModel", HeadType.BASE_MODEL,
          "Qwen3_5TextForSequenceClassification", HeadType.SEQUENCE_CLASSIFICATION);
  private static final Map<String, HeadType> WHOLE_CLASSES =
      Map.of(
          "Qwen3_5ForConditionalGeneration", HeadType.CAUSAL_LM,
          "Qwen3_5Model", HeadType.BASE_MODEL,
          "Qwen3_5ForSequenceClassification", HeadType.SEQUENCE_CLASSIFICATION,
          "Qwen3_5ForTokenClassification", HeadType.TOKEN_CLASSIFICATION);
  private static final Map<String, HeadType> MOE_TEXT_CLASSES =
      Map.of(
          "Qwen3_5MoeForCausalLM", HeadType.CAUSAL_LM,
          "Qwen3_5MoeTextModel", HeadType.BASE_MODEL);
  private static final Map<String, HeadType> MOE_WHOLE_CLASSES =
      Map.of(
          "Qwen3_5MoeForConditionalGeneration", HeadType.CAUSAL_LM,
          "Qwen3_5MoeModel", HeadType.BASE_MODEL);

  private final ConfigFields fields;
  private final PartReader parts;
  private final boolean sparse;

  Qwen35Config(ConfigFields fields) {
    this.fields = fields;
    this.parts = new PartReader(fields);
    this.sparse = MOE_TYPES.contains(fields.text("model_type", ""));
  }

  ModelConfig read() {
    withoutEffect();
    Architecture architecture = architecture();
    Vocabulary vocabulary = parts.vocabulary(248_320);
    long maxPositions = fields.whole("max_position_embeddings", 32_768);
    Attention attention = parts.attention(sparse ? 2 : 4, maxPositions, Qwen35Config::sections);
    DeltaNet deltaNet = parts.deltaNet();
    Optional<Moe> moe = sparse ? Optional.of(parts.moe(256, 8, true)) : Optional.empty();
    MlpType mlp = sparse ? MlpType.SPARSE : MlpType.DENSE;
    List<DecoderLayer> layers =
        LayerReader.read(fields, sparse ? 40 : 32).stream()
            .map(mixer -> new DecoderLayer(mixer, mlp))
            .toList();
    return parts.model(
        architecture,
        vocabulary,
        fields.whole("hidden_size", sparse ? 2048 : 4096),
        layers,
        attention,
        deltaNet,
        sparse ? OptionalLong.empty() : OptionalLong.of(fields.whole("intermediate_size", 12_288)),
        moe,
        maxPositions);
  }

  private Architecture architecture() {
    String form = fields.outer().isPresent() ? "ForConditionalGeneration" : "ForCausalLM";
    return sparse
        ? HeadReader.read(fields, MOE_TEXT_CLASSES, MOE_WHOLE_CLASSES, "Qwen3_5Moe" + form)
        : HeadReader.read(fields, TEXT_CLASSES, WHOLE_CLASSES, "Qwen3_5" + form);
  }

  private static void sections(ConfigFields rope) {
    rope.withoutEffect(
        "a text token has the same position in all three sections",
        "mrope_section",
        "mrope_interleaved");
  }

  private void withoutEffect() {
    fields.none("per_layer_config");
    fields.withoutEffect("the class always gates attention", "attn_output_gate");
    fields.withoutEffect("the class always takes SiLU", "output_gate_type");
    fields.withoutEffect("the state is always float32", "mamba_ssm_dtype");
    fields.withoutEffect(
        "the MTP head is what the file holds",
        "mtp_num_hidden_layers",
        "mtp_use_dedicated_embeddings");
    fields.withoutEffect(
        sparse ? "every MLP is a mixture of experts" : "every MLP is dense",
        "mlp_only_layers",
        "decoder_sparse_step");
    if (sparse) {
      fields.withoutEffect("every MLP is a mixture of experts", "intermediate_size");
      fields.withoutEffect("the weights of the experts are always renormalised", "norm_topk_prob");
    } else {
      fields.withoutEffect(
          "every MLP is dense",
          "num_experts",
          "num_experts_per_tok",
          "moe_intermediate_size",
          "shared_expert_intermediate_size",
          "norm_topk_prob",
          "output_router_logits",
          "router_aux_loss_coef");
    }
    fields
        .outer()
        .ifPresent(
            whole ->
                whole.withoutEffect(
                    "of images and video, which a text model does not read",
                    "image_token_id",
                    "video_token_id",
                    "vision_start_token_id",
                    "vision_end_token_id",
                    "vision_config",
                    "language_model_only"));
  }
}
