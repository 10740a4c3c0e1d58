package io.deltaport.loader.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads what the layers are: {@code layer_types}, or the rule of {@code full_attention_interval}.
 */
public final class LayerReader {
  private final ConfigFields fields;

  private LayerReader(ConfigFields fields) {
    this.fields = fields;
  }

  /** One type a layer; as many as the config may have where their number is wrong. */
  public static List<LayerType> read(ConfigFields fields, int defaultLayers) {
    int layers = fields.count("num_hidden_layers", defaultLayers);
    if (!fields.limit("num_hidden_layers", layers, 1, ModelConfig.MOST_LAYERS)) {
      layers = defaultLayers;
    }
    LayerReader reader = new LayerReader(fields);
    return fields.isNull("layer_types") || !fields.has("layer_types")
        ? reader.everyNth(layers)
        : reader.listed(layers);
  }

  private List<LayerType> listed(int layers) {
    fields.know(List.of("full_attention_interval"));
    List<String> names = fields.texts("layer_types");
    List<LayerType> types = new ArrayList<>();
    for (String name : names) {
      Optional<LayerType> type = LayerType.of(name);
      if (type.isEmpty()) {
        String found = "\"" + name + "\"";
        return fields.wrong(
            "layer_types", "linear_attention or full_attention", found, standIn(layers));
      }
      types.add(type.get());
    }
    return types.size() == layers
        ? types
        : fields.contradiction(
            "layer_types, num_hidden_layers",
            "one type for each of " + layers + " layers",
            types.size() + " types",
            standIn(layers));
  }

  private List<LayerType> everyNth(int layers) {
    long interval = fields.whole("full_attention_interval", 4);
    if (interval == 0) {
      return fields.wrong("full_attention_interval", "another number than 0", "0", standIn(layers));
    }
    List<LayerType> types = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      types.add(
          (layer + 1) % interval == 0 ? LayerType.FULL_ATTENTION : LayerType.LINEAR_ATTENTION);
    }
    return types;
  }

  private static List<LayerType> standIn(int layers) {
    return Collections.nCopies(layers, LayerType.LINEAR_ATTENTION);
  }
}
