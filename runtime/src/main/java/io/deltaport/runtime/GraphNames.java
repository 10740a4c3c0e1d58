package io.deltaport.runtime;

/** Names of a graph's inputs and outputs. */
final class GraphNames {
  static final String INPUT_IDS = "input_ids";
  static final String POSITIONS = "positions";
  static final String CU_SEQ_LENS = "cu_seq_lens";
  static final String PAST_LENS = "past_lens";
  static final String BLOCK_TABLE = "block_table";
  static final String LOAD_ROWS = "load_rows";
  static final String SAVE_ROWS = "save_rows";
  static final String LOGIT_ROWS = "logit_rows";
  static final String HIDDEN_ROWS = "hidden_rows";
  static final String TOP_K = "top_k";
  static final String STATE = "state";
  static final String HIDDEN = "hidden";

  static final String LOGITS = "logits";
  static final String TOP_VALUES = "top_values";
  static final String TOP_IDS = "top_ids";
  static final String LAST_HIDDEN_STATE = "last_hidden_state";
  static final String HIDDEN_STATES = "hidden_states.";
  static final String ROUTER_LOGITS = "router_logits.";

  private GraphNames() {}
}
