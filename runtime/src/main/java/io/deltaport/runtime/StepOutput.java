package io.deltaport.runtime;

import io.deltaport.runtime.options.Taps;
import java.util.Set;

/** What a run gave for one of its steps. Valid until the {@link StepResult} is closed. */
public final class StepOutput {
  private final RunOutputs run;
  private final Packing.Part part;

  StepOutput(RunOutputs run, Packing.Part part) {
    this.run = run;
    this.part = part;
  }

  /** {@code [rows asked for, vocab or labels]}, in the order asked for. */
  public FloatRows logits() {
    return run.table(GraphNames.LOGITS).slice(part.firstLogit(), part.logits());
  }

  /** The best tokens of each of these rows; of as many as the step asked for. */
  public TopTokens top() {
    return run.top(part.firstLogit(), part.logits(), part.topK());
  }

  /** Final-normed hidden states {@code [rows asked for, hidden]}, in the order asked for. */
  public FloatRows lastHiddenState() {
    return run.table(GraphNames.LAST_HIDDEN_STATE).slice(part.firstHidden(), part.hidden());
  }

  /**
   * Names of the tap outputs: {@code hidden_states.N} and {@code router_logits.N}, none without
   * {@link Taps#ALL}.
   */
  public Set<String> taps() {
    return run.taps();
  }

  /** One of them, {@code [tokens of the step, hidden or experts]}. */
  public FloatRows tap(String name) {
    return run.table(name).slice(part.firstToken(), part.tokens());
  }
}
