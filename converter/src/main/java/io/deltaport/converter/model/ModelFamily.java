package io.deltaport.converter.model;

import static io.deltaport.converter.weights.Role.MIXER_NORM;
import static io.deltaport.converter.weights.Role.MLP_NORM;
import static io.deltaport.converter.weights.Role.ROUTER;

import io.deltaport.converter.blocks.GatedAttention;
import io.deltaport.converter.blocks.GatedDeltaNet;
import io.deltaport.converter.blocks.GatedMlp;
import io.deltaport.converter.blocks.LayerParts;
import io.deltaport.converter.blocks.Residual;
import io.deltaport.converter.blocks.RmsNorm;
import io.deltaport.converter.blocks.SparseMoe;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Row;
import io.deltaport.directory.Mtp;
import io.deltaport.directory.state.StateLayer;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What one family of model classes has of its own. Layers are counted as the state pool counts
 * them: the MTP head's come after the model's.
 */
public interface ModelFamily {
  /** The {@code model_type} values that it reads, of the text model inside a composed one too. */
  Set<String> modelTypes();

  /**
   * The model that a config means: the defaults, names and known keys of the family's config class.
   *
   * @throws CheckpointException naming every key that is wrong
   */
  ModelConfig config(ConfigFields fields);

  /**
   * The table of the weights: every name of the family's modeling file, and what it is.
   *
   * @param names of the checkpoint's tensors; they decide which of several layouts a file has
   */
  List<Row> weights(ModelConfig config, Set<String> names, Mtp mtp);

  /**
   * A decoder layer: the residual stream before it in, the stream after it out. Norm, token mixer,
   * norm, MLP, as {@code Qwen3NextDecoderLayer} wires them, from which {@code Qwen3_5DecoderLayer}
   * and {@code Qwen3_5MoeDecoderLayer} inherit.
   */
  default Residual layer(LayerParts parts, int layer, Residual in) {
    String module = parts.module(layer);
    RmsNorm before = RmsNorm.beforeMixer(parts, MIXER_NORM.at(layer), layer, in);
    Value mixed = // [tokens, hidden]
        switch (mixer(parts.config(), layer)) {
          case LINEAR_ATTENTION ->
              linearAttention(parts, module + ".linear_attn", layer, before.y());
          case FULL_ATTENTION -> GatedAttention.of(parts, module + ".self_attn", layer, before.y());
        };
    Residual middle = new Residual(mixed, before.sum());
    RmsNorm after = RmsNorm.beforeMlp(parts, MLP_NORM.at(layer), layer, middle);
    Value out = // [tokens, hidden]
        parts.weights().has(ROUTER.at(layer))
            ? SparseMoe.of(parts, module + ".mlp", layer, after.y())
            : GatedMlp.of(parts, module + ".mlp", layer, after.y());
    return new Residual(out, after.sum());
  }

  /**
   * The linear attention of a layer, whose projections families lay out differently.
   *
   * @param x {@code [tokens, hidden]}
   * @return {@code [tokens, hidden]}
   */
  Value linearAttention(LayerParts parts, String module, int layer, Value x);

  /** What a decoder layer keeps of a sequence. */
  default StateLayer state(ModelConfig config, int layer) {
    return switch (mixer(config, layer)) {
      case LINEAR_ATTENTION -> GatedDeltaNet.state(config.deltaNet(), layer);
      case FULL_ATTENTION -> GatedAttention.state(config.attention(), layer);
    };
  }

  /** What all layers keep of a sequence. */
  default List<StateLayer> state(ModelConfig config, Mtp mtp) {
    int layers = config.layers().size();
    int all =
        switch (mtp) {
          case HEAD -> layers + 1;
          case NONE -> layers;
        };
    return IntStream.range(0, all).mapToObj(layer -> state(config, layer)).toList();
  }

  /** What mixes the tokens of a layer: full attention in the MTP head. */
  static LayerType mixer(ModelConfig config, int layer) {
    return layer < config.layers().size()
        ? config.layers().get(layer).mixer()
        : LayerType.FULL_ATTENTION;
  }
}
