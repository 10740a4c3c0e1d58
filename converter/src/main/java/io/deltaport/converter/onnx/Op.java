package io.deltaport.converter.onnx;

import java.util.List;

/**
 * The ops of domain {@code ai.deltaport}, version 1, as {@code docs/ops.md} has them: inputs and
 * outputs in their order, then attributes; {@code ?} marks what a node may leave out.
 */
@SuppressWarnings("ImmutableEnumChecker") // every list is a List.copyOf of records of strings
public enum Op {
  GATHER_ROWS("GatherRows", "weight scales? zero_points? rows", "y", "format block codebook? in?"),
  TAKE_ROWS("TakeRows", "x rows", "y", ""),
  LINEAR("Linear", "x weight scales? zero_points? bias?", "y", "format block exact codebook? in?"),
  RMS_NORM("RmsNorm", "x weight residual?", "y sum?", "epsilon unit_offset"),
  ROTARY_TABLE(
      "RotaryTable",
      "positions past_lens cu_seq_lens inv_freq",
      "cos_sin",
      "type theta dim attention_factor original_max factor"),
  GATED_ATTENTION(
      "GatedAttention",
      "q_gate k v q_norm k_norm cos_sin cu_seq_lens past_lens block_table state",
      "y",
      "layer epsilon"),
  GATED_DELTA_NET(
      "GatedDeltaNet",
      "qkvz ba conv_weight a_log dt_bias norm_weight cu_seq_lens load_rows save_rows state",
      "y",
      "layer activation epsilon k_heads k_dim"),
  SPARSE_MOE(
      "SparseMoe",
      "x router shared_expert_gate experts shard_*64?",
      "y router_logits?",
      "top_k norm_topk_prob intermediate shared_intermediate activation formats scale_formats blocks codebook?"),
  GATED_MLP(
      "GatedMlp",
      "x gate gate_scales? gate_zero_points? up up_scales? up_zero_points? down down_scales? down_zero_points?",
      "y",
      "activation formats blocks codebook?"),
  CONCAT("Concat", "a b", "y", ""),
  TOP_K("TopK", "logits top_k", "values ids", "");

  /** The domain of every op. */
  public static final String DOMAIN = "ai.deltaport";

  /** The version of the domain. */
  public static final int VERSION = 1;

  /** The most shards that one {@code SparseMoe} takes. */
  public static final int MAX_SHARDS = 64;

  private final String type;
  private final List<Formal> inputs;
  private final List<Formal> outputs;
  private final List<Formal> attributes;

  Op(String type, String inputs, String outputs, String attributes) {
    this.type = type;
    this.inputs = Formal.list(inputs);
    this.outputs = Formal.list(outputs);
    this.attributes = Formal.list(attributes);
  }

  /** The {@code op_type} of a node. */
  public String type() {
    return type;
  }

  List<Formal> inputs() {
    return inputs;
  }

  List<Formal> outputs() {
    return outputs;
  }

  List<Formal> attributes() {
    return attributes;
  }
}
