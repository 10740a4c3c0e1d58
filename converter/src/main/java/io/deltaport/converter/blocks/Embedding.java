package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;

/** The rows of the token ids of a run. */
public final class Embedding {
  private Embedding() {}

  /** {@code [tokens, hidden]}, called {@code output}. */
  public static Value of(LayerParts parts, String output) {
    Weight weight = tied(parts, Role.EMBEDDING, Role.HEAD);
    return parts
        .graph()
        .add(
            parts
                .matrix(Node.of(Op.GATHER_ROWS, "model.embed_tokens"), weight)
                .input("rows", parts.input(Port.INPUT_IDS))
                .output("y", output));
  }

  /** The weight of a role; where two are tied and a checkpoint has one, that one. */
  static Weight tied(LayerParts parts, Role role, Role other) {
    return parts.weights().find(role.one()).orElseGet(() -> parts.weights().get(other.one()));
  }
}
