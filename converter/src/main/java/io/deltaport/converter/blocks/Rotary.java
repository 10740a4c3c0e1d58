package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Initializer;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.RopeParameters;
import java.util.List;

/** By which angles the positions of a run rotate queries and keys. */
final class Rotary {
  private Rotary() {}

  /** {@code Qwen3NextRotaryEmbedding}: {@code [tokens, rotary]}, cosines then sines. */
  static Value of(LayerParts parts) {
    Attention attention = parts.config().attention();
    RopeParameters rope = attention.rope();
    long dim = attention.rotaryDim();
    List<List<Float>> frequencies =
        rope.map(new RotaryFrequencies(attention.headDim(), dim, rope.ropeTheta()));
    Initializer.Inline table =
        Initializer.Inline.ofFloats(
            "rotary_emb.inv_freq",
            List.of((long) frequencies.size(), (long) frequencies.get(0).size()),
            frequencies.stream().flatMap(List::stream).toList());
    return parts
        .graph()
        .add(
            Node.of(Op.ROTARY_TABLE, "rotary_emb")
                .input("positions", parts.input(Port.POSITIONS))
                .input("past_lens", parts.input(Port.PAST_LENS))
                .input("cu_seq_lens", parts.input(Port.CU_SEQ_LENS))
                .input("inv_freq", parts.graph().initializer(table))
                .attribute("type", rope.ropeType())
                .attribute("theta", (float) rope.ropeTheta())
                .attribute("dim", dim)
                .attribute("attention_factor", (float) rope.attentionFactor())
                .attribute("original_max", rope.lengthLimit())
                .attribute("factor", (float) rope.growth()));
  }
}
