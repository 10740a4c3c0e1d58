package io.deltaport.cli;

import io.deltaport.runtime.Cancellation;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: cancels the work and waits until it has cleaned up; the virtual machine then exits with
 * 130.
 */
final class Interruption {
  private static final long MOST_SECONDS = 60;

  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch done = new CountDownLatch(1);

  private Interruption() {}

  /** Watches over the work of the current thread. */
  static Interruption install() {
    Interruption interruption = new Interruption();
    Thread worker = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interruption.interrupt(worker), "interruption"));
    return interruption;
  }

  Cancellation cancellation() {
    return cancellation;
  }

  /** To be called before the process exits of itself. */
  void workIsDone() {
    done.countDown();
  }

  private void interrupt(Thread worker) {
    if (done.getCount() == 0) {
      return;
    }
    cancellation.cancel();
    worker.interrupt();
    try {
      if (!done.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("deltaport: the work did not end; files may be left");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
