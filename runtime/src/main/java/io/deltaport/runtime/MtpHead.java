package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.session.DirectTensor;
import io.deltaport.runtime.state.Advance;
import io.deltaport.runtime.state.HiddenState;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The multi-token-prediction head of a model that was converted with it ({@code mtp.onnx}): drafts
 * token {@code t + 2} from the hidden state of token {@code t} and the id of token {@code t + 1},
 * as vLLM's {@code qwen3_next_mtp} does. Its attention caches its rows in the sequence's own
 * blocks, row {@code t} in slot {@code t}; fork, snapshot and crop keep them. Thread-safe like its
 * {@link Model}.
 */
public final class MtpHead {
  private final Model model;
  private final GraphRunner runner;

  MtpHead(Model model, GraphRunner runner) {
    this.model = model;
    this.runner = runner;
  }

  /** Rows of the head that the sequence has cached; the next step may begin there or before. */
  public long rows(Sequence sequence) {
    return sequence.state().headRows();
  }

  /** Runs rows of many sequences at once, each at most once a run. */
  public StepResult run(List<MtpStep> steps) {
    return run(steps, new Cancellation());
  }

  /** The same, which another thread may cancel. */
  public StepResult run(List<MtpStep> steps, Cancellation cancellation) {
    return model.exclusively(steps, () -> runClaimed(steps, cancellation));
  }

  private StepResult runClaimed(List<MtpStep> steps, Cancellation cancellation) {
    Packing packing = Packing.of(steps, runner.graph());
    List<Advance> advances = new ArrayList<>(steps.size());
    for (MtpStep step : steps) {
      advances.add(advance(step));
    }
    RunOutputs outputs =
        runner.run(packing, advances, hidden -> fill(hidden, packing, steps), cancellation);
    advances.forEach(Advance::commitHead);
    return new StepResult(outputs, packing);
  }

  private static Advance advance(MtpStep step) {
    long cached = step.sequence().state().headRows();
    if (step.firstRow() < 0 || step.firstRow() > cached) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "MTP step begins at row %d, the head has %d rows of this sequence"
              .formatted(step.firstRow(), cached));
    }
    return Advance.ofHead(step.sequence().state(), (int) step.firstRow(), step.tokens());
  }

  private void fill(DirectTensor hidden, Packing packing, List<MtpStep> steps) {
    int width = runner.graph().width(GraphNames.LAST_HIDDEN_STATE);
    hidden.shape(packing.tokens(), width);
    int at = 0;
    for (MtpStep step : steps) {
      for (int row = 0; row < step.tokens(); row++, at += width) {
        fillRow(hidden, at, width, step, row);
      }
    }
  }

  private static void fillRow(DirectTensor hidden, int at, int width, MtpStep step, int row) {
    FloatBuffer given = step.hiddenState(row);
    HiddenState kept = step.sequence().state().hidden();
    int found = given != null ? given.remaining() : kept != null ? kept.width() : 0;
    if (found != width) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "MTP step: a hidden state of %d floats expected, found %d".formatted(width, found));
    }
    for (int i = 0; i < width; i++) {
      hidden.set(at + i, given != null ? given.get(i) : kept != null ? kept.get(i) : 0f);
    }
  }

  GraphRunner runner() {
    return runner;
  }

  void close() {
    runner.close();
  }
}
