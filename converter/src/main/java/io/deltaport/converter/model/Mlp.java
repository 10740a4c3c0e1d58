package io.deltaport.converter.model;

import io.deltaport.converter.ConverterException;
import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.ValueInfo;
import io.deltaport.loader.Problem;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import java.util.List;
import java.util.stream.Stream;

/** The MLP of a decoder layer: {@code [tokens, hidden]} in, {@code [tokens, hidden]} out. */
final class Mlp {
  private final GraphParts parts;
  private final ModelConfig config;

  Mlp(GraphParts parts) {
    this.parts = parts;
    this.config = parts.config();
  }

  /** {@code Qwen3NextMLP}. */
  Value dense(String module, int layer, Value x) {
    Weight gate = parts.weights().get(Role.MLP_GATE.at(layer));
    Weight up = parts.weights().get(Role.MLP_UP.at(layer));
    Weight down = parts.weights().get(Role.MLP_DOWN.at(layer));
    Node.Builder node =
        Node.of(Op.GATED_MLP, module).input("x", x).attribute("activation", config.hiddenAct());
    parts.bind(node, "gate", "gate_", gate);
    parts.bind(node, "up", "up_", up);
    parts.bind(node, "down", "down_", down);
    List<Weight> weights = List.of(gate, up, down);
    node.ints("formats", weights.stream().map(w -> (long) w.format().code()).toList());
    node.ints("blocks", weights.stream().flatMap(w -> w.block().numbers().stream()).toList());
    codebook(module, node, weights.stream());
    return parts.graph().add(node); // [tokens, hidden]
  }

  /**
   * {@code Qwen3NextSparseMoeBlock}.
   *
   * @param routerLogits the name under which the router's logits {@code [tokens, experts]} leave
   *     the graph, or empty
   */
  Value sparse(String module, int layer, Value x, String routerLogits) {
    Moe moe = config.moe().orElseThrow();
    ExpertTable table = ExpertTable.of(moe, parts.weights(), layer);
    Node.Builder node =
        Node.of(Op.SPARSE_MOE, module)
            .input("x", x)
            .input("router", parts.plain(Role.ROUTER.at(layer)))
            .input("shared_expert_gate", parts.plain(Role.SHARED_EXPERT_GATE.at(layer)))
            .input("experts", parts.graph().initializer(table.offsets(module + ".experts")))
            .attribute("top_k", moe.topK())
            .attribute("norm_topk_prob", moe.normTopkProb() ? 1 : 0)
            .attribute("intermediate", moe.intermediate())
            .attribute("shared_intermediate", moe.sharedIntermediate())
            .attribute("activation", config.hiddenAct())
            .ints("formats", table.formats())
            .ints("scale_formats", table.scaleFormats())
            .ints("blocks", table.blocks());
    codebook(module, node, table.weights());
    for (int i = 0; i < table.files().size(); i++) {
      node.input("shard_" + i, shard(table.files().get(i)));
    }
    if (!routerLogits.isEmpty()) {
      node.output("router_logits", routerLogits);
    }
    Value y = parts.graph().add(node); // [tokens, hidden]
    if (!routerLogits.isEmpty()) {
      parts
          .graph()
          .output(
              ValueInfo.of(
                  routerLogits, ElementType.FLOAT, Dim.of("tokens"), Dim.of(moe.experts())));
    }
    return y;
  }

  /** A whole file as bytes. */
  private Value shard(String file) {
    long bytes = parts.weights().bytesOf(file);
    return parts
        .graph()
        .initializer(
            new Initializer.External(
                "shard:" + file, ElementType.UINT8, List.of(bytes), file, 0, bytes));
  }

  /** Sets the one codebook of all int4 matrices of an op. */
  private static void codebook(String module, Node.Builder node, Stream<Weight> weights) {
    List<List<Float>> codebooks =
        weights.map(Weight::codebook).filter(codebook -> !codebook.isEmpty()).distinct().toList();
    if (codebooks.size() > 1) {
      throw new ConverterException(
          new Problem(
              module,
              "one int4 codebook",
              codebooks.size() + " codebooks; another --precision has one"));
    }
    codebooks.forEach(codebook -> node.floats("codebook", codebook));
  }
}
