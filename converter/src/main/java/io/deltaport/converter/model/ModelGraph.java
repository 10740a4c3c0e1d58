package io.deltaport.converter.model;

import io.deltaport.converter.blocks.Embedding;
import io.deltaport.converter.blocks.Head;
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
import java.util.stream.IntStream;

/** {@code model.onnx}: a model over packed tokens, and the head of its class. */
public final class ModelGraph {
  private ModelGraph() {}

  /** What leaves the graph. */
  public enum Outputs {
    /** What the model's class returns. */
    HEAD,
    /** {@code hidden_states.N} and {@code router_logits.N} too. */
    HEAD_AND_STATES
  }

  /** The graph of a model whose weights lie as given. */
  public static Graph of(
      ModelFamily family, ModelConfig config, PlacedWeights weights, Outputs outputs) {
    LayerParts parts =
        new LayerParts("model", config, weights, (tap, layer) -> name(config, outputs, tap, layer));
    Residual stream = Residual.of(Embedding.of(parts, hiddenStates(0))); // [tokens, hidden]
    for (int layer = 0; layer < config.layers().size(); layer++) {
      output(parts, outputs, layer);
      stream = family.layer(parts, layer, stream); // [tokens, hidden]
    }
    output(parts, outputs, config.layers().size());
    String last = hiddenStates(config.layers().size());
    Value hidden = // [tokens, hidden]
        parts.graph().add(RmsNorm.node(parts, Role.FINAL_NORM.one(), stream).output("y", last));
    new Head(parts).outputs(hidden);
    return parts.graph().build();
  }

  private static void output(LayerParts parts, Outputs outputs, int layer) {
    if (outputs == Outputs.HEAD_AND_STATES) {
      parts
          .graph()
          .output(Port.HIDDEN_STATES.info(hiddenStates(layer), parts.config().hiddenSize()));
    }
  }

  private static Optional<String> name(ModelConfig config, Outputs outputs, Tap tap, int layer) {
    return switch (tap) {
      case INPUT -> Optional.of(hiddenStates(layer));
      case ROUTER_LOGITS ->
          outputs == Outputs.HEAD_AND_STATES
              ? Optional.of(Port.ROUTER_LOGITS.key(sparseBefore(config, layer)))
              : Optional.empty();
      case MIXER, MIXED, MLP -> Optional.empty();
    };
  }

  /** The residual stream before a layer; after the last one it is normed. */
  private static String hiddenStates(int layer) {
    return Port.HIDDEN_STATES.key(layer);
  }

  private static int sparseBefore(ModelConfig config, int layer) {
    return (int) IntStream.range(0, layer).filter(config::sparse).count();
  }
}
