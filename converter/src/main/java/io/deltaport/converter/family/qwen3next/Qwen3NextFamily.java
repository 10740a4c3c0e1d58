package io.deltaport.converter.family.qwen3next;

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

  /** {@code Qwen3NextDecoderLayer}. */
  @Override
  public Residual layer(LayerParts parts, int layer, Residual in) {
    String module = parts.module(layer);
    RmsNorm before = RmsNorm.beforeMixer(parts, MIXER_NORM.at(layer), layer, in);
    Value mixed = // [tokens, hidden]
        switch (ModelFamily.mixer(parts.config(), layer)) {
          case LINEAR_ATTENTION ->
              GatedDeltaNet.grouped(parts, module + ".linear_attn", layer, before.y());
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
}
