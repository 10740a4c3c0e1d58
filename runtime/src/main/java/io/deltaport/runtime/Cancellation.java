package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.run.GraphRunner;
import io.deltaport.runtime.run.RunOutputs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Stops runs from another thread. Once cancelled it stays so: a run in progress ends before its
 * next node, a later one does not start, both with {@link RunException.Reason#CANCELLED}.
 */
public final class Cancellation {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;

  /** Cancels; more than once is the same as once. */
  public synchronized void cancel() {
    cancelled = true;
    actions.forEach(Runnable::run);
  }

  public synchronized boolean isCancelled() {
    return cancelled;
  }

  /** Does this once it is cancelled; at once if it is so already. */
  public synchronized void whenCancelled(Runnable action) {
    actions.add(action);
    if (cancelled) {
      action.run();
    }
  }

  /** Throws if cancelled. */
  public void check() {
    if (isCancelled()) {
      throw new RunException(RunException.Reason.CANCELLED, "cancelled");
    }
  }

  /**
   * Does a run of {@code runner}, which cancelling ends.
   *
   * @throws RunException of {@link RunException.Reason#CANCELLED} if it is or was cancelled
   */
  RunOutputs run(GraphRunner runner, Supplier<RunOutputs> run) {
    Runnable terminate = runner::terminate;
    attach(terminate);
    try {
      return run.get();
    } catch (RunException e) {
      throw isCancelled() ? new RunException(RunException.Reason.CANCELLED, "cancelled", e) : e;
    } finally {
      detach(terminate);
      runner.allow();
    }
  }

  /** Throws if it is cancelled already. */
  private synchronized void attach(Runnable action) {
    check();
    actions.add(action);
  }

  private synchronized void detach(Runnable action) {
    actions.remove(action);
  }
}
