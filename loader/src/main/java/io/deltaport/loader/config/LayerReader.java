package io.deltaport.loader.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads what the layers are: {@code layer_types}, or the rule of {@code full_attention_interval}.
 */
final class LayerReader {
  private final ConfigFields fields;

  LayerReader(ConfigFields fields) {
    this.fields = fields;
  }

  /** One type a layer. */
  List<LayerType> types(int layers) {
    if (fields.isNull("layer_types") || !fields.has("layer_types")) {
      return everyNth(layers);
    }
    fields.know(List.of("full_attention_interval"));
    List<LayerType> types = new ArrayList<>();
    for (String name : fields.texts("layer_types")) {
      Optional<LayerType> type = LayerType.of(name);
      if (type.isEmpty()) {
        String found = "\"" + name + "\"";
        return fields.wrong("layer_types", "linear_attention or full_attention", found, types);
      }
      types.add(type.get());
    }
    return types;
  }

  private List<LayerType> everyNth(int layers) {
    long interval = fields.whole("full_attention_interval", 4);
    if (interval == 0) {
      fields.wrong("full_attention_interval", "another number than 0", "0", 0);
      interval = 4;
    }
    List<LayerType> types = new ArrayList<>();
    for (int layer = 0; layer < Math.min(layers, ModelConfig.MOST_LAYERS + 1); layer++) {
      types.add(
          (layer + 1) % interval == 0 ? LayerType.FULL_ATTENTION : LayerType.LINEAR_ATTENTION);
    }
    return types;
  }
}
