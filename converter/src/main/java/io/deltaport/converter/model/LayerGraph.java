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
import io.deltaport.loader.config.ModelConfig;
import java.util.Optional;

/**
 * One decoder layer by itself, with what goes into its matrices as outputs. The first layer takes
 * {@code input_ids}, the others {@code hidden [tokens, hidden]}, the residual stream.
 */
public final class LayerGraph {
  private LayerGraph() {}

  /**
   * Names of a layer graph's outputs, all {@code [tokens, width]}.
   *
   * @param mixer what goes into the token mixer
   * @param mixed what goes into its output projection
   * @param mlp what goes into the MLP
   * @param routerLogits of a sparse MLP
   * @param next the residual stream after the layer
   */
  public record Outputs(
      String mixer, String mixed, String mlp, Optional<String> routerLogits, String next) {
    private static final Outputs DENSE =
        new Outputs("mixer", "mixed", "mlp", Optional.empty(), "hidden_states.next");
    private static final Outputs SPARSE =
        new Outputs("mixer", "mixed", "mlp", Optional.of("router_logits.0"), "hidden_states.next");

    /** The outputs of a layer. */
    public static Outputs of(ModelConfig config, int layer) {
      return config.sparse(layer) ? SPARSE : DENSE;
    }

    private Optional<String> name(Tap tap) {
      return switch (tap) {
        case INPUT -> Optional.empty();
        case MIXER -> Optional.of(mixer);
        case MIXED -> Optional.of(mixed);
        case MLP -> Optional.of(mlp);
        case ROUTER_LOGITS -> routerLogits;
      };
    }
  }

  /** Name of the file of a layer's graph in a model directory. */
  public static String file(int layer) {
    return "layer-" + layer + ".onnx";
  }

  /** The graph of a layer, in its place of the state pool. */
  public static Graph of(ModelFamily family, ModelConfig config, PlacedWeights weights, int layer) {
    Outputs outputs = Outputs.of(config, layer);
    LayerParts parts =
        new LayerParts("layer-" + layer, config, weights, (tap, l) -> outputs.name(tap));
    Value in = // [tokens, hidden]
        layer == 0 ? Embedding.of(parts, "model.embed_tokens.y") : parts.hiddenInput();
    Residual out = family.layer(parts, layer, Residual.of(in));
    // The norm is there for the sum that it gives.
    Value normed =
        parts
            .graph()
            .add(RmsNorm.node(parts, Role.FINAL_NORM.one(), out).output("sum", outputs.next()));
    long hidden = config.hiddenSize();
    parts.output(normed.name(), hidden);
    parts.output(outputs.next(), hidden);
    parts.output(outputs.mixer(), hidden);
    parts.output(outputs.mixed(), mixedWidth(config, layer));
    parts.output(outputs.mlp(), hidden);
    return parts.graph().build();
  }

  private static long mixedWidth(ModelConfig config, int layer) {
    return switch (ModelFamily.mixer(config, layer)) {
      case LINEAR_ATTENTION -> config.deltaNet().value();
      case FULL_ATTENTION -> config.attention().q();
    };
  }
}
