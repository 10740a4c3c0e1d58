package io.deltaport.converter.model;

import io.deltaport.converter.onnx.Dim;
import io.deltaport.converter.onnx.ElementType;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import org.jspecify.annotations.Nullable;

/**
 * {@code model.onnx}: {@code Qwen3NextModel} over packed tokens, and the head of its architecture.
 */
public final class ModelGraph {
  private final GraphParts parts;
  private final ModelConfig config;
  private final TokenMixer mixer;
  private final Mlp mlp;
  private final Taps taps;
  private @Nullable Value cosSin;
  private int sparseLayers;

  private ModelGraph(ModelConfig config, PlacedWeights weights, Taps taps) {
    this.parts = new GraphParts("model", config, weights);
    this.config = config;
    this.mixer = new TokenMixer(parts);
    this.mlp = new Mlp(parts);
    this.taps = taps;
  }

  /** Whether {@code hidden_states.N} and {@code router_logits.N} leave the graph. */
  public enum Taps {
    NONE,
    ALL
  }

  /** The graph of a model whose weights lie as given. */
  public static Graph of(ModelConfig config, PlacedWeights weights, Taps taps) {
    ModelGraph model = new ModelGraph(config, weights, taps);
    Stream stream = model.embedding();
    for (int layer = 0; layer < config.numHiddenLayers(); layer++) {
      stream = model.decoderLayer(layer, stream);
    }
    Value hidden = model.finalNorm(stream); // [tokens, hidden]
    new Head(model.parts).outputs(hidden);
    return model.parts.build();
  }

  /** The residual stream: its value is {@code x + residual}; the next norm adds them. */
  private record Stream(Value x, @Nullable Value residual) {}

  private Stream embedding() {
    Value x = parts.embedding(stateName(0)); // [tokens, hidden]
    return new Stream(x, null);
  }

  /** {@code Qwen3NextDecoderLayer}. */
  private Stream decoderLayer(int layer, Stream stream) {
    String module = "model.layers." + layer;
    Stream in = norm(module + ".input_layernorm", stream, layer == 0 ? "" : stateName(layer));
    Value mixed = mix(module, layer, in.x());
    Stream mid =
        norm(
            module + ".post_attention_layernorm",
            new Stream(mixed, in.residual()),
            module + ".mid");
    return new Stream(mlp(module + ".mlp", layer, mid.x()), mid.residual());
  }

  /** Norms a stream; gives the normed value and the sum that the next addition takes. */
  private Stream norm(String module, Stream stream, String sum) {
    Node.Builder node = parts.norm(module, stream.x(), stream.residual());
    Value residual = stream.x();
    if (stream.residual() != null) {
      node.output("sum", sum);
      residual = new Value(sum);
    }
    Value y = parts.graph().add(node);
    return new Stream(y, residual);
  }

  private Value mix(String module, int layer, Value x) {
    LayerType type = config.layerTypes().get(layer);
    return switch (type) {
      case LINEAR_ATTENTION -> mixer.linearAttention(module + ".linear_attn", layer, x);
      case FULL_ATTENTION -> mixer.fullAttention(module + ".self_attn", layer, x, cosSin());
    };
  }

  private Value cosSin() {
    if (cosSin == null) {
      cosSin = mixer.rotaryTable();
    }
    return cosSin;
  }

  private Value mlp(String module, int layer, Value x) {
    if (!config.sparse(layer)) {
      return mlp.dense(module, x);
    }
    int n = sparseLayers++;
    return mlp.sparse(module, x, taps == Taps.ALL ? "router_logits." + n : "");
  }

  private Value finalNorm(Stream stream) {
    String name = stateName(config.numHiddenLayers());
    Node.Builder node = parts.norm("model.norm", stream.x(), stream.residual());
    return parts.graph().add(node.output("y", name));
  }

  /**
   * The name of the value {@code hidden_states.N}, an output of the graph where taps are wanted.
   */
  private String stateName(int n) {
    String name = "hidden_states." + n;
    if (taps == Taps.ALL) {
      parts.output(
          new Value(name), ElementType.FLOAT, Dim.of("tokens"), Dim.of(config.hiddenSize()));
    }
    return name;
  }
}
