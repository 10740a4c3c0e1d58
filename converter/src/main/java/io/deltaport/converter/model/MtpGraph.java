package io.deltaport.converter.model;

import io.deltaport.converter.model.Decoder.Stream;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Role;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.ValueInfo;
import io.deltaport.loader.config.LayerType;
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
  public static Graph of(ModelConfig config, PlacedWeights weights) {
    GraphParts parts = new GraphParts("mtp", config, weights);
    Value hidden =
        parts
            .graph()
            .input(
                ValueInfo.of(
                    "hidden", ElementType.FLOAT, Dim.of("tokens"), Dim.of(config.hiddenSize())));
    Value embedding = parts.embedding("model.embed_tokens.y"); // [tokens, hidden]
    Value joined =
        parts
            .graph()
            .add(
                Node.of(Op.CONCAT, "mtp.concat")
                    .input("a", parts.norm(Role.MTP_EMBEDDING_NORM.one(), embedding))
                    .input(
                        "b",
                        parts.norm(Role.MTP_HIDDEN_NORM.one(), hidden))); // [tokens, 2 * hidden]
    Decoder decoder = new Decoder(parts);
    Stream in = new Stream(parts.linear(Role.MTP_FC.one(), joined), null); // [tokens, hidden]
    Stream out =
        decoder.layer("mtp.layers.0", config.layers().size(), LayerType.FULL_ATTENTION, in, "", "");
    new Head(parts).causalLm(decoder.finalNorm(Role.MTP_FINAL_NORM, out, "mtp.norm.y"));
    return parts.build();
  }
}
