package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Role;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import java.util.List;
import java.util.Optional;

/**
 * A router, the experts that it chooses for each token, and one that all tokens share: {@code
 * Qwen3NextSparseMoeBlock}.
 */
public final class SparseMoe {
  private SparseMoe() {}

  /**
   * The MLP of a sparse layer.
   *
   * @param x {@code [tokens, hidden]}
   * @return {@code [tokens, hidden]}
   */
  public static Value of(LayerParts parts, String module, int layer, Value x) {
    ModelConfig config = parts.config();
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
    parts.codebook(module, node, table.weights());
    parts.factors(node, table.weights().toList());
    for (int i = 0; i < table.files().size(); i++) {
      node.input("shard_" + i, shard(parts, table.files().get(i)));
    }
    Optional<String> logits = parts.tap(Tap.ROUTER_LOGITS, layer);
    logits.ifPresent(name -> node.output("router_logits", name));
    Value y = parts.graph().add(node); // [tokens, hidden]
    logits.ifPresent(name -> parts.graph().output(Port.ROUTER_LOGITS.info(name, moe.experts())));
    return y;
  }

  /** A whole file as bytes. */
  private static Value shard(LayerParts parts, String file) {
    long bytes = parts.weights().bytesOf(file);
    return parts
        .graph()
        .initializer(
            new Initializer.External(
                "shard:" + file, ElementType.UINT8, List.of(bytes), file, 0, bytes));
  }
}
