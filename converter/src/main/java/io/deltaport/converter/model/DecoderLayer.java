package io.deltaport.converter.model;

import static io.deltaport.converter.weights.Role.MIXER_NORM;
import static io.deltaport.converter.weights.Role.MLP_NORM;
import static io.deltaport.converter.weights.Role.ROUTER;

import io.deltaport.converter.blocks.GatedAttention;
import io.deltaport.converter.blocks.GatedMlp;
import io.deltaport.converter.blocks.LayerParts;
import io.deltaport.converter.blocks.Residual;
import io.deltaport.converter.blocks.RmsNorm;
import io.deltaport.converter.blocks.SparseMoe;
import io.deltaport.converter.onnx.Value;

/**
 * A decoder layer as {@code Qwen3NextDecoderLayer} wires it, from which {@code Qwen3_5DecoderLayer}
 * and {@code Qwen3_5MoeDecoderLayer} inherit: norm, token mixer, norm, MLP.
 */
public final class DecoderLayer {
  /** Linear attention, which families lay out differently. */
  public interface LinearAttention {
    /** {@code x} and what it becomes are {@code [tokens, hidden]}. */
    Value of(LayerParts parts, String module, int layer, Value x);
  }

  private DecoderLayer() {}

  /** The layer: {@code [tokens, hidden]} in, {@code [tokens, hidden]} out. */
  public static Residual of(LayerParts parts, int layer, Residual in, LinearAttention linear) {
    String module = parts.module(layer);
    RmsNorm before = RmsNorm.beforeMixer(parts, MIXER_NORM.at(layer), layer, in);
    Value mixed = // [tokens, hidden]
        switch (ModelFamily.mixer(parts.config(), layer)) {
          case LINEAR_ATTENTION -> linear.of(parts, module + ".linear_attn", layer, before.y());
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
