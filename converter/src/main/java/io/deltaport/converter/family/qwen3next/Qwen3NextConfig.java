package io.deltaport.converter.family.qwen3next;

import io.deltaport.loader.config.Architecture;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.DecoderLayer;
import io.deltaport.loader.config.DecoderLayer.MlpType;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.HeadReader;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.LayerReader;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import io.deltaport.loader.config.PartReader;
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
  private final PartReader parts;

  Qwen3NextConfig(ConfigFields fields) {
    this.fields = fields;
    this.parts = new PartReader(fields);
  }

  ModelConfig read() {
    fields.none("per_layer_config");
    Architecture architecture = HeadReader.read(fields, CLASSES, Map.of(), CAUSAL_LM);
    Vocabulary vocabulary = parts.vocabulary(151_936);
    long maxPositions = fields.whole("max_position_embeddings", 32_768);
    Attention attention = parts.attention(2, maxPositions, rope -> {});
    DeltaNet deltaNet = parts.deltaNet();
    boolean normTopkProb = fields.flag("norm_topk_prob", true);
    Moe moe = parts.moe(512, 10, normTopkProb);
    List<DecoderLayer> layers = layers(moe);
    return parts.model(
        architecture,
        vocabulary,
        fields.whole("hidden_size", 2048),
        layers,
        attention,
        deltaNet,
        OptionalLong.of(fields.whole("intermediate_size", 5632)),
        Optional.of(moe).filter(some -> some.experts() > 0),
        maxPositions);
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
