package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Op;
import java.util.List;

/** {@code down(act(gate(x)) * up(x))}: {@code Qwen3NextMLP}. */
public final class GatedMlp {
  private GatedMlp() {}

  /**
   * The MLP of a dense layer.
   *
   * @param x {@code [tokens, hidden]}
   * @return {@code [tokens, hidden]}
   */
  public static Value of(LayerParts parts, String module, int layer, Value x) {
    Weight gate = parts.weights().get(Role.MLP_GATE.at(layer));
    Weight up = parts.weights().get(Role.MLP_UP.at(layer));
    Weight down = parts.weights().get(Role.MLP_DOWN.at(layer));
    List<Weight> weights = List.of(gate, up, down);
    Node.Builder node =
        Node.of(Op.GATED_MLP, module)
            .input("x", x)
            .attribute("activation", parts.config().hiddenAct());
    parts.bind(node, "gate", "gate_", gate);
    parts.bind(node, "up", "up_", up);
    parts.bind(node, "down", "down_", down);
    node.ints("formats", weights.stream().map(w -> (long) w.format().code()).toList());
    node.ints("blocks", weights.stream().flatMap(w -> w.block().numbers().stream()).toList());
    parts.codebook(module, node, weights.stream());
    parts.factors(node, weights);
    return parts.graph().add(node); // [tokens, hidden]
  }
}
