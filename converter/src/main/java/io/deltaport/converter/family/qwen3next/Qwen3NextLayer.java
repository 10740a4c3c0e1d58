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

/** {@code Qwen3NextDecoderLayer}. */
final class Qwen3NextLayer {
  private Qwen3NextLayer() {}

  /** The layer: {@code [tokens, hidden]} in, {@code [tokens, hidden]} out. */
  static Residual of(LayerParts parts, int layer, Residual in) {
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
