package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.List;

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

  /** Throws if cancelled. */
  public void check() {
    if (isCancelled()) {
      throw new RunException(RunException.Reason.CANCELLED, "cancelled");
    }
  }

  /**
   * Has {@code action} run when this is cancelled, until {@link #detach}; throws if it already is.
   */
  synchronized void attach(Runnable action) {
    check();
    actions.add(action);
  }

  synchronized void detach(Runnable action) {
    actions.remove(action);
  }
}
