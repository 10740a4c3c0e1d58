package io.deltaport.converter.model;

import io.deltaport.converter.model.Decoder.Stream;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Role;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.ValueInfo;
import io.deltaport.loader.config.LayerType;
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
    /** The outputs of a layer. */
    public static Outputs of(ModelConfig config, int layer) {
      String module = module(layer);
      return new Outputs(
          module + ".input_layernorm.y",
          module + (linear(config, layer) ? ".linear_attn.y" : ".self_attn.y"),
          module + ".post_attention_layernorm.y",
          config.sparse(layer) ? Optional.of("router_logits.0") : Optional.empty(),
          "hidden_states.next");
    }
  }

  /** Name of the file of a layer's graph in a model directory. */
  public static String file(int layer) {
    return "layer-" + layer + ".onnx";
  }

  /** The graph of a layer, in its place of the state pool. */
  public static Graph of(ModelConfig config, PlacedWeights weights, int layer) {
    GraphParts parts = new GraphParts("layer-" + layer, config, weights);
    Outputs outputs = Outputs.of(config, layer);
    Value in =
        layer == 0
            ? parts.embedding("model.embed_tokens.y")
            : parts
                .graph()
                .input(
                    ValueInfo.of(
                        "hidden",
                        ElementType.FLOAT,
                        Dim.of("tokens"),
                        Dim.of(config.hiddenSize()))); // [tokens, hidden]
    Stream out =
        new Decoder(parts)
            .layer(
                module(layer),
                layer,
                config.layers().get(layer).mixer(),
                new Stream(in, null),
                "",
                outputs.routerLogits().orElse(""));
    // The norm is there for the sum that it gives.
    Value normed =
        parts
            .graph()
            .add(
                parts
                    .norm(Role.FINAL_NORM.one(), out.x(), out.residual())
                    .output("sum", outputs.next()));
    long hidden = config.hiddenSize();
    long mixed = linear(config, layer) ? config.deltaNet().value() : config.attention().q();
    output(parts, normed.name(), hidden);
    output(parts, outputs.next(), hidden);
    output(parts, outputs.mixer(), hidden);
    output(parts, outputs.mixed(), mixed);
    output(parts, outputs.mlp(), hidden);
    return parts.build();
  }

  private static void output(GraphParts parts, String value, long width) {
    parts.output(new Value(value), ElementType.FLOAT, Dim.of("tokens"), Dim.of(width));
  }

  private static boolean linear(ModelConfig config, int layer) {
    return config.layers().get(layer).mixer() == LayerType.LINEAR_ATTENTION;
  }

  private static String module(int layer) {
    return "model.layers." + layer;
  }
}
