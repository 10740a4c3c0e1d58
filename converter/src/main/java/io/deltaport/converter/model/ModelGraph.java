package io.deltaport.converter.model;

import io.deltaport.converter.model.Decoder.Stream;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Role;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.loader.config.ModelConfig;

/**
 * {@code model.onnx}: {@code Qwen3NextModel} over packed tokens, and the head of its architecture.
 */
public final class ModelGraph {
  private final GraphParts parts;
  private final ModelConfig config;
  private final Taps taps;
  private int sparseLayers;

  private ModelGraph(ModelConfig config, PlacedWeights weights, Taps taps) {
    this.parts = new GraphParts("model", config, weights);
    this.config = config;
    this.taps = taps;
  }

  /** Whether {@code hidden_states.N} and {@code router_logits.N} leave the graph. */
  public enum Taps {
    NONE,
    ALL
  }

  /** The graph of a model whose weights lie as given. */
  public static Graph of(ModelConfig config, PlacedWeights weights, Taps taps) {
    return new ModelGraph(config, weights, taps).graph();
  }

  private Graph graph() {
    Decoder decoder = new Decoder(parts);
    Stream stream = new Stream(parts.embedding(hiddenStates(0)), null); // [tokens, hidden]
    for (int layer = 0; layer < config.layers().size(); layer++) {
      String sum = layer == 0 ? "" : hiddenStates(layer);
      stream =
          decoder.layer(
              "model.layers." + layer,
              layer,
              config.layers().get(layer).mixer(),
              stream,
              sum,
              routerLogits(layer));
    }
    Value hidden = decoder.finalNorm(Role.FINAL_NORM, stream, hiddenStates(config.layers().size()));
    new Head(parts).outputs(hidden);
    return parts.build();
  }

  /**
   * The name of the value {@code hidden_states.N}, an output of the graph where taps are wanted.
   */
  private String hiddenStates(int n) {
    String name = "hidden_states." + n;
    if (taps == Taps.ALL) {
      parts.output(
          new Value(name), ElementType.FLOAT, Dim.of("tokens"), Dim.of(config.hiddenSize()));
    }
    return name;
  }

  private String routerLogits(int layer) {
    return taps == Taps.ALL && config.sparse(layer) ? "router_logits." + sparseLayers++ : "";
  }
}
