package io.deltaport.converter.family.qwen35;

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

/** Qwen3.5, 3.6 and 3.8, dense and mixture of experts: their text models. */
public final class Qwen35Family implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("qwen3_5", "qwen3_5_text", "qwen3_5_moe", "qwen3_5_moe_text");
  }

  @Override
  public ModelConfig config(ConfigFields fields) {
    return new Qwen35Config(fields).read();
  }

  @Override
  public List<Row> weights(ModelConfig config, Set<String> names, Mtp mtp) {
    return Qwen35Weights.rows(config, names, mtp);
  }

  @Override
  public Value linearAttention(LayerParts parts, String module, int layer, Value x) {
    return GatedDeltaNet.split(parts, module, layer, x);
  }
}
