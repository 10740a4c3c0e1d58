package io.deltaport.runtime;

import io.deltaport.directory.graph.Port;
import io.deltaport.runtime.run.GraphRunner;
import io.deltaport.runtime.run.HiddenRows;
import io.deltaport.runtime.run.Packing;
import io.deltaport.runtime.run.RunOutputs;
import io.deltaport.runtime.state.DraftAdvance;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The multi-token-prediction head of a model that was converted with it ({@code mtp.onnx}): drafts
 * token {@code t + 2} from the hidden state of token {@code t} and the id of token {@code t + 1},
 * as vLLM's {@code qwen3_next_mtp} does. Its attention caches its rows in the sequence's own
 * blocks, row {@code t} in place {@code t}; fork, snapshot and crop keep them. Thread-safe like its
 * {@link Model}.
 */
public final class MtpHead {
  private static final int[] NO_TOKENS = {};

  private final Model model;
  private final GraphRunner runner;

  MtpHead(Model model, GraphRunner runner) {
    this.model = model;
    this.runner = runner;
  }

  /** Rows of the head that the sequence has cached; the next step may begin there or before. */
  public long rows(Sequence sequence) {
    return sequence.state().mtpRows();
  }

  /** Runs rows of many sequences at once, each at most once a run. */
  public StepResult run(List<MtpStep> steps) {
    return run(steps, new Cancellation());
  }

  /** The same, which another thread may cancel. */
  public StepResult run(List<MtpStep> steps, Cancellation cancellation) {
    List<Sequence> sequences = steps.stream().map(MtpStep::sequence).toList();
    return model.exclusively(sequences, () -> runClaimed(steps, cancellation));
  }

  private StepResult runClaimed(List<MtpStep> steps, Cancellation cancellation) {
    Packing packing = runner.packing();
    List<DraftAdvance> advances = new ArrayList<>(steps.size());
    for (MtpStep step : steps) {
      DraftAdvance advance = step.advance();
      step.wanted().add(advance, NO_TOKENS, packing);
      advances.add(advance);
    }
    HiddenRows hidden =
        new StepHiddenRows(steps, runner.graph().width(Port.LAST_HIDDEN_STATE.key()));
    RunOutputs outputs = cancellation.run(runner, () -> runner.runFrom(hidden, packing));
    advances.forEach(DraftAdvance::commit);
    return new StepResult(outputs, packing.parts());
  }

  /** The hidden states of steps, one step after the other. */
  private record StepHiddenRows(List<MtpStep> steps, int width) implements HiddenRows {
    @Override
    public void put(FloatBuffer rows) {
      steps.forEach(step -> step.putHidden(rows, width));
    }
  }

  GraphRunner runner() {
    return runner;
  }

  void close() {
    runner.close();
  }
}
