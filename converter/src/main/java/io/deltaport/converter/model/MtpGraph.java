package io.deltaport.converter.model;

import io.deltaport.converter.blocks.Embedding;
import io.deltaport.converter.blocks.Head;
import io.deltaport.converter.blocks.LayerParts;
import io.deltaport.converter.blocks.Residual;
import io.deltaport.converter.blocks.RmsNorm;
import io.deltaport.converter.blocks.Tap;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Role;
import io.deltaport.directory.graph.Op;
import io.deltaport.loader.config.ModelConfig;

/**
 * {@code mtp.onnx}: the multi-token-prediction head of the official checkpoints. Row t takes the
 * final-normed state of token t and the id of token t+1, and drafts token t+2: {@code
 * fc([norm_embedding(embed(id)), norm_hidden(hidden)])}, one layer of full attention, {@code
 * mtp.norm}, the model's own {@code lm_head}.
 */
public final class MtpGraph {
  private MtpGraph() {}

  /** The graph; its layer is the one after the model's last in the state pool. */
  public static Graph of(ModelFamily family, ModelConfig config, PlacedWeights weights) {
    LayerParts parts = new LayerParts("mtp", config, weights, Tap.Names.NONE);
    Value hidden = parts.hiddenInput(); // [tokens, hidden]
    Value embedding = Embedding.of(parts, "model.embed_tokens.y"); // [tokens, hidden]
    Value joined = // [tokens, 2 * hidden]
        parts
            .graph()
            .add(
                Node.of(Op.CONCAT, "mtp.concat")
                    .input("a", RmsNorm.of(parts, Role.MTP_EMBEDDING_NORM.one(), embedding))
                    .input("b", RmsNorm.of(parts, Role.MTP_HIDDEN_NORM.one(), hidden)));
    Value in = parts.linear(Role.MTP_FC.one(), joined); // [tokens, hidden]
    Residual out = family.layer(parts, config.layers().size(), Residual.of(in));
    Value normed = // [tokens, hidden]
        parts.graph().add(RmsNorm.node(parts, Role.MTP_FINAL_NORM.one(), out));
    new Head(parts).causalLm(normed);
    return parts.graph().build();
  }
}
