package io.deltaport.runtime.options;

/** Whether a run returns what happens between the layers, of a model converted with taps. */
public enum Taps {
  NONE,
  /** Every {@code hidden_states.N} and {@code router_logits.N} that the graph has. */
  ALL
}
