package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Weight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.directory.graph.Op;
import java.util.Optional;

/**
 * RMSNorm whose weight is stored around zero, {@code x / rms(x) * (1 + weight)}: {@code
 * Qwen3NextRMSNorm}.
 *
 * @param y the normed stream, {@code [tokens, hidden]}
 * @param sum the stream added up, {@code [tokens, hidden]}
 */
public record RmsNorm(Value y, Value sum) {
  /** Of one value. */
  public static Value of(LayerParts parts, WeightId id, Value x) {
    return parts.graph().add(node(parts, id, Residual.of(x)));
  }

  /** The norm before a layer's token mixer. */
  public static RmsNorm beforeMixer(LayerParts parts, WeightId id, int layer, Residual in) {
    String sum = parts.tap(Tap.INPUT, layer).orElse(parts.module(layer) + ".in");
    return of(parts, id, in, parts.tap(Tap.MIXER, layer), sum);
  }

  /** The norm before a layer's MLP. */
  public static RmsNorm beforeMlp(LayerParts parts, WeightId id, int layer, Residual in) {
    return of(parts, id, in, parts.tap(Tap.MLP, layer), parts.module(layer) + ".mid");
  }

  private static RmsNorm of(
      LayerParts parts, WeightId id, Residual in, Optional<String> y, String sum) {
    Node.Builder node = node(parts, id, in);
    y.ifPresent(name -> node.output("y", name));
    if (in.residual() == null) {
      return new RmsNorm(parts.graph().add(node), in.x());
    }
    return new RmsNorm(parts.graph().add(node.output("sum", sum)), new Value(sum));
  }

  /** The node, for a graph that names its outputs itself. */
  public static Node.Builder node(LayerParts parts, WeightId id, Residual in) {
    Weight weight = parts.weights().get(id);
    return Node.of(Op.RMS_NORM, weight.module())
        .input("x", in.x())
        .input("weight", parts.plain(weight))
        .input("residual", in.residual())
        .attribute("epsilon", (float) parts.config().rmsNormEps())
        .attribute("unit_offset", 1);
  }
}
