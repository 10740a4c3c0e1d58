package io.deltaport.converter.family.qwen3next;

import io.deltaport.loader.config.Architecture;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.ConfigSource;
import io.deltaport.loader.config.DecoderLayer;
import io.deltaport.loader.config.DecoderLayer.MlpType;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.HeadReader;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.LayerReader;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import io.deltaport.loader.config.RopeReader;
import io.deltaport.loader.config.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code Qwen3NextConfig}: its keys and their defaults. */
final class Qwen3NextConfig {
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

  private final ConfigFields fields;

  Qwen3NextConfig(ConfigFields fields) {
    this.fields = fields;
  }

  ModelConfig read() {
    fields.none("per_layer_config");
    Architecture architecture = HeadReader.read(fields, CLASSES, Map.of(), CAUSAL_LM);
    Vocabulary vocabulary = vocabulary();
    long maxPositions = fields.whole("max_position_embeddings", 32_768);
    Attention attention = attention(maxPositions);
    DeltaNet deltaNet = deltaNet();
    Moe moe = moe();
    List<DecoderLayer> layers = layers(moe);
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
                ConfigSource.read(fields)));
  }

  private Vocabulary vocabulary() {
    return fields.part(
        () ->
            new Vocabulary(
                fields.whole("vocab_size", 151_936),
                fields.optionalWhole("pad_token_id"),
                fields.optionalWhole("bos_token_id"),
                fields.wholes("eos_token_id")),
        new Vocabulary(1, OptionalLong.empty(), OptionalLong.empty(), List.of()));
  }

  private Attention attention(long maxPositions) {
    return fields.part(
        () ->
            new Attention(
                fields.whole("num_attention_heads", 16),
                fields.whole("num_key_value_heads", 2),
                fields.whole("head_dim", 256),
                fields.flag("attention_bias", false),
                RopeReader.read(fields, maxPositions)),
        new Attention(16, 2, 256, false, RopeReader.STAND_IN));
  }

  private DeltaNet deltaNet() {
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

  private Moe moe() {
    // these two are of the training loss alone
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

  /** The mixer of each layer; its MLP is by the rule of {@code Qwen3NextDecoderLayer}. */
  private List<DecoderLayer> layers(Moe moe) {
    List<LayerType> types = LayerReader.read(fields, 48);
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
}
