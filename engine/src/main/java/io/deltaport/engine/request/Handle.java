package io.deltaport.engine.request;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A request that was submitted. */
public interface Handle {
  /** Ends it at the next step's border; more than once is the same as once. */
  void cancel();

  /**
   * Completes after its last event was delivered: with what it took, or with the {@link
   * EngineException} that it failed by.
   */
  CompletableFuture<Usage> done();

  /**
   * Waits for its end.
   *
   * @throws EngineException if it failed
   */
  default Usage await() {
    try {
      return done().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof EngineException failure ? failure : e;
    }
  }
}
