package io.deltaport.converter.family.qwen3next;

import io.deltaport.converter.blocks.GatedDeltaNet;
import io.deltaport.converter.blocks.LayerParts;
import io.deltaport.converter.model.ModelFamily;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Row;
import io.deltaport.directory.Mtp;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.ModelConfig;
import java.util.List;
import java.util.Set;

/** Qwen3-Next and Qwen3-Coder-Next. */
public final class Qwen3NextFamily implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("qwen3_next", "qwen3_next_text");
  }

  @Override
  public ModelConfig config(ConfigFields fields) {
    return new Qwen3NextConfig(fields).read();
  }

  @Override
  public List<Row> weights(ModelConfig config, Set<String> names, Mtp mtp) {
    return Qwen3NextWeights.rows(config, names, mtp);
  }

  @Override
  public Value linearAttention(LayerParts parts, String module, int layer, Value x) {
    return GatedDeltaNet.grouped(parts, module, layer, x);
  }
}
