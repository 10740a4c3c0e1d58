package io.deltaport.converter.model;

import io.deltaport.converter.blocks.Embedding;
import io.deltaport.converter.blocks.LayerParts;
import io.deltaport.converter.blocks.Residual;
import io.deltaport.converter.blocks.RmsNorm;
import io.deltaport.converter.blocks.Tap;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Role;
import io.deltaport.directory.graph.Port;
import io.deltaport.loader.config.ModelConfig;
import java.util.Optional;

/**
 * One decoder layer by itself, with what goes into its matrices as outputs. The first layer takes
 * {@code input_ids}, the others {@code hidden [tokens, hidden]}, the residual stream.
 */
public final class LayerGraph {
  private LayerGraph() {}

  /** The graph of a layer, in its place of the state pool. */
  public static Graph of(ModelFamily family, ModelConfig config, PlacedWeights weights, int layer) {
    LayerParts parts = new LayerParts("layer-" + layer, config, weights, (tap, l) -> name(tap));
    Value in = // [tokens, hidden]
        layer == 0 ? Embedding.of(parts, "model.embed_tokens.y") : parts.hiddenInput();
    Residual out = family.layer(parts, layer, Residual.of(in));
    // The norm is there for the sum that it gives.
    parts
        .graph()
        .add(RmsNorm.node(parts, Role.FINAL_NORM.one(), out).output("sum", Port.NEXT_HIDDEN.key()));
    long hidden = config.hiddenSize();
    parts.output(Port.NEXT_HIDDEN, hidden);
    parts.output(Port.MIXER_INPUT, hidden);
    parts.output(Port.MIXED, mixedWidth(config, layer));
    parts.output(Port.MLP_INPUT, hidden);
    return parts.graph().build();
  }

  private static Optional<String> name(Tap tap) {
    return switch (tap) {
      case INPUT -> Optional.empty();
      case MIXER -> Optional.of(Port.MIXER_INPUT.key());
      case MIXED -> Optional.of(Port.MIXED.key());
      case MLP -> Optional.of(Port.MLP_INPUT.key());
      case ROUTER_LOGITS -> Optional.of(Port.ROUTER_LOGITS.key(0));
    };
  }

  private static long mixedWidth(ModelConfig config, int layer) {
    return switch (ModelFamily.mixer(config, layer)) {
      case LINEAR_ATTENTION -> config.deltaNet().value();
      case FULL_ATTENTION -> config.attention().q();
    };
  }
}
