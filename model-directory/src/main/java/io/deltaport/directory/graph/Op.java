package io.deltaport.directory.graph;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The ops of domain {@code ai.deltaport}, version 1, as {@code docs/ops.md} has them: inputs and
 * outputs in their order, then attributes with their types; {@code ?} marks what a node may leave
 * out. The kernels declare the same, and a test of theirs compares the two.
 */
@SuppressWarnings("ImmutableEnumChecker") // every list is an unmodifiable one of records
public enum Op {
  GATHER_ROWS(
      "GatherRows",
      "weight scales? zero_points? rows",
      "y",
      "format:int block:ints codebook:floats? factor:float? in:int?"),
  TAKE_ROWS("TakeRows", "x rows", "y", ""),
  LINEAR(
      "Linear",
      "x weight scales? zero_points? bias?",
      "y",
      "format:int block:ints exact:int codebook:floats? factor:float? in:int?"),
  RMS_NORM("RmsNorm", "x weight residual?", "y sum?", "epsilon:float unit_offset:int"),
  ROTARY_TABLE(
      "RotaryTable",
      "positions past_lens cu_seq_lens inv_freq",
      "cos_sin",
      "type:string attention_factor:float original_max:int? theta:float? factor:float? dim:int?"),
  GATED_ATTENTION(
      "GatedAttention",
      "q_gate k v q_norm k_norm cos_sin cu_seq_lens past_lens block_table state",
      "y",
      "layer:int epsilon:float"),
  GATED_DELTA_NET(
      "GatedDeltaNet",
      "qkvz ba z? a? conv_weight a_log dt_bias norm_weight cu_seq_lens load_slots save_slots"
          + " state",
      "y",
      "layer:int layout:string activation:string epsilon:float k_heads:int k_dim:int"),
  SPARSE_MOE(
      "SparseMoe",
      "x router shared_expert_gate experts shard_*64?",
      "y router_logits?",
      "top_k:int norm_topk_prob:int intermediate:int shared_intermediate:int activation:string"
          + " formats:ints scale_formats:ints blocks:ints codebook:floats? factors:floats?"),
  GATED_MLP(
      "GatedMlp",
      "x gate gate_scales? gate_zero_points? up up_scales? up_zero_points? down down_scales?"
          + " down_zero_points?",
      "y",
      "activation:string formats:ints blocks:ints codebook:floats? factors:floats?"),
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
  private final List<AttributeFormal> attributes;

  Op(String type, String inputs, String outputs, String attributes) {
    this.type = type;
    this.inputs = Formal.list(inputs);
    this.outputs = Formal.list(outputs);
    this.attributes = AttributeFormal.list(attributes);
  }

  /** The op of an {@code op_type}. */
  public static Optional<Op> of(String type) {
    return Arrays.stream(values()).filter(op -> op.type.equals(type)).findFirst();
  }

  /** The {@code op_type} of a node. */
  public String type() {
    return type;
  }

  /** Its inputs, in order. */
  public List<Formal> inputs() {
    return inputs;
  }

  /** Its outputs, in order. */
  public List<Formal> outputs() {
    return outputs;
  }

  /** Its attributes. */
  public List<AttributeFormal> attributes() {
    return attributes;
  }

  /** The place of an input among the op's inputs. */
  public int input(String formal) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).name().equals(formal)) {
        return i;
      }
    }
    throw new IllegalArgumentException(type + " has no input " + formal);
  }

  /** All of it in one line, as the kernels print theirs. */
  public String declaration() {
    return type + "|" + words(inputs) + "|" + words(outputs) + "|" + words(attributes);
  }

  private static String words(List<?> formals) {
    return formals.stream().map(Object::toString).collect(Collectors.joining(" "));
  }
}
