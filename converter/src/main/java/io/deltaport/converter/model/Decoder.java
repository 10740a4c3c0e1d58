package io.deltaport.converter.model;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Role;
import io.deltaport.loader.config.LayerType;
import org.jspecify.annotations.Nullable;

/** {@code Qwen3NextDecoderLayer}, one after the other along a residual stream. */
final class Decoder {
  private final GraphParts parts;
  private final TokenMixer mixer;
  private final Mlp mlp;
  private @Nullable Value cosSin;

  Decoder(GraphParts parts) {
    this.parts = parts;
    this.mixer = new TokenMixer(parts);
    this.mlp = new Mlp(parts);
  }

  /**
   * A residual stream {@code [tokens, hidden]}: its value is {@code x + residual}, which the next
   * norm adds up.
   *
   * @param residual null where {@code x} is all
   */
  record Stream(Value x, @Nullable Value residual) {}

  /**
   * A layer.
   *
   * @param module its name
   * @param layer its number among the layers of the state pool
   * @param in its input
   * @param sum name of the value that is its input added up, where the input is a sum
   * @param routerLogits name of the output for the router's logits, or empty
   */
  Stream layer(
      String module, int layer, LayerType type, Stream in, String sum, String routerLogits) {
    Normed before = norm(Role.MIXER_NORM, layer, in, sum);
    Value mixed = mix(module, layer, type, before.y());
    Stream middle = new Stream(mixed, before.sum());
    Normed after = norm(Role.MLP_NORM, layer, middle, module + ".mid");
    return new Stream(mlp(module + ".mlp", layer, after.y(), routerLogits), after.sum());
  }

  /** The norm after the last layer. */
  Value finalNorm(Role role, Stream in, String output) {
    return parts.graph().add(parts.norm(role.one(), in.x(), in.residual()).output("y", output));
  }

  /** A normed stream, and the stream added up. */
  private record Normed(Value y, Value sum) {}

  private Normed norm(Role role, int layer, Stream in, String sum) {
    Node.Builder node = parts.norm(role.at(layer), in.x(), in.residual());
    if (in.residual() == null) {
      return new Normed(parts.graph().add(node), in.x());
    }
    return new Normed(parts.graph().add(node.output("sum", sum)), new Value(sum));
  }

  private Value mix(String module, int layer, LayerType type, Value x) {
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

  private Value mlp(String module, int layer, Value x, String routerLogits) {
    boolean sparse = parts.weights().has(Role.ROUTER.at(layer));
    return sparse ? mlp.sparse(module, layer, x, routerLogits) : mlp.dense(module, layer, x);
  }
}
