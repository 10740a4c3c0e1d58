package io.deltaport.directory;

import static java.lang.Math.toIntExact;

import io.deltaport.loader.config.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/** The state that a model's layers keep between tokens. */
public final class StateLayers {
  private StateLayers() {}

  /** The head whose state is kept beside that of the decoder layers. */
  public enum Head {
    NONE,
    MTP
  }

  /** One entry a decoder layer; the MTP head's layer has the number after the last. */
  public static List<StateLayer> of(ModelConfig config, Head head) {
    List<StateLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      layers.add(
          switch (config.layerTypes().get(layer)) {
            case LINEAR_ATTENTION -> linear(config, layer);
            case FULL_ATTENTION -> full(config, layer);
          });
    }
    if (head == Head.MTP) {
      layers.add(full(config, config.numHiddenLayers()));
    }
    return List.copyOf(layers);
  }

  private static StateLayer linear(ModelConfig config, int layer) {
    return StateLayer.linear(
        layer,
        toIntExact(config.linearConvKernelDim()),
        toIntExact(config.dimensions().convDim()),
        toIntExact(config.linearNumValueHeads()),
        toIntExact(config.linearKeyHeadDim()),
        toIntExact(config.linearValueHeadDim()));
  }

  private static StateLayer full(ModelConfig config, int layer) {
    return StateLayer.fullAttention(
        layer, toIntExact(config.numKeyValueHeads()), toIntExact(config.headDim()));
  }
}
