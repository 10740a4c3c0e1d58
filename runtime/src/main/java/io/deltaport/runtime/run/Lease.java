package io.deltaport.runtime.run;

import io.deltaport.runtime.options.RunException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Says whether memory that a result lent out may still be read. */
public final class Lease {
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Ends it; true the first time. */
  boolean end() {
    return ended.compareAndSet(false, true);
  }

  /** Throws once it has ended. */
  public void check() {
    if (ended.get()) {
      throw new RunException(RunException.Reason.ARGUMENT, "this result is closed");
    }
  }
}
