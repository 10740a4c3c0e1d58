package io.deltaport.runtime;

import io.deltaport.runtime.run.Packing;
import io.deltaport.runtime.run.RunOutputs;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run gave, one {@link StepOutput} a step, in the order of the steps. Owns the memory of all
 * of it: closing returns that for the next run to use. One that is never closed costs only that.
 */
public final class StepResult implements AutoCloseable {
  private final List<StepOutput> outputs;
  private final RunOutputs run;

  StepResult(RunOutputs run, List<Packing.Part> parts) {
    this.run = run;
    this.outputs = new ArrayList<>(parts.size());
    parts.forEach(part -> outputs.add(new StepOutput(run, part)));
  }

  /** How many steps. */
  public int size() {
    return outputs.size();
  }

  /** Of step {@code index}. */
  public StepOutput get(int index) {
    return outputs.get(index);
  }

  @Override
  public void close() {
    run.close();
  }
}
