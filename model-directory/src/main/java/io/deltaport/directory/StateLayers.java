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
    for (int layer = 0; layer < config.layers().size(); layer++) {
      layers.add(
          switch (config.layers().get(layer).mixer()) {
            case LINEAR_ATTENTION -> linear(config, layer);
            case FULL_ATTENTION -> full(config, layer);
          });
    }
    if (head == Head.MTP) {
      layers.add(full(config, config.layers().size()));
    }
    return List.copyOf(layers);
  }

  private static StateLayer linear(ModelConfig config, int layer) {
    return StateLayer.linear(
        layer,
        toIntExact(config.deltaNet().kernel()),
        toIntExact(config.deltaNet().convDim()),
        toIntExact(config.deltaNet().vHeads()),
        toIntExact(config.deltaNet().kDim()),
        toIntExact(config.deltaNet().vDim()));
  }

  private static StateLayer full(ModelConfig config, int layer) {
    return StateLayer.fullAttention(
        layer, toIntExact(config.attention().kvHeads()), toIntExact(config.attention().headDim()));
  }
}
