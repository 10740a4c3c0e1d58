package io.deltaport.runtime.run;

/** Names of a graph's inputs and outputs. */
public final class GraphNames {
  public static final String INPUT_IDS = "input_ids";
  public static final String POSITIONS = "positions";
  public static final String CU_SEQ_LENS = "cu_seq_lens";
  public static final String PAST_LENS = "past_lens";
  public static final String BLOCK_TABLE = "block_table";
  public static final String LOAD_ROWS = "load_rows";
  public static final String SAVE_ROWS = "save_rows";
  public static final String LOGIT_ROWS = "logit_rows";
  public static final String HIDDEN_ROWS = "hidden_rows";
  public static final String TOP_K = "top_k";
  public static final String STATE = "state";
  public static final String HIDDEN = "hidden";

  public static final String LOGITS = "logits";
  public static final String TOP_VALUES = "top_values";
  public static final String TOP_IDS = "top_ids";
  public static final String LAST_HIDDEN_STATE = "last_hidden_state";
  public static final String HIDDEN_STATES = "hidden_states.";
  public static final String ROUTER_LOGITS = "router_logits.";

  private GraphNames() {}
}
