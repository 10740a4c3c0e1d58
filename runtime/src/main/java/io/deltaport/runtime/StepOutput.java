package io.deltaport.runtime;

import io.deltaport.directory.graph.Port;
import io.deltaport.runtime.options.Taps;
import io.deltaport.runtime.run.Packing;
import io.deltaport.runtime.run.RunOutputs;
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
    return rows(Port.LOGITS.key(), part.firstLogit(), part.logits());
  }

  /** The best tokens of each of these rows; of as many as the step asked for. */
  public TopTokens top() {
    int rows = part.topK() == 0 ? 0 : part.logits();
    return new TopTokens(
        run.longs(Port.TOP_IDS.key(), part.firstLogit(), rows),
        run.floats(Port.TOP_VALUES.key(), part.firstLogit(), rows),
        rows,
        run.width(Port.TOP_IDS.key()),
        part.topK(),
        run.lease());
  }

  /** Final-normed hidden states {@code [rows asked for, hidden]}, in the order asked for. */
  public FloatRows lastHiddenState() {
    return rows(Port.LAST_HIDDEN_STATE.key(), part.firstHidden(), part.hidden());
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
    return rows(name, part.firstToken(), part.tokens());
  }

  private FloatRows rows(String name, int first, int count) {
    return new FloatRows(run.floats(name, first, count), count, run.width(name), run.lease());
  }
}
