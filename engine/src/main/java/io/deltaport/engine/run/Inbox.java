package io.deltaport.engine.run;

import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.schedule.WaitingQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Requests that wait for their turn, and the signal that there is something to do. Thread-safe. */
final class Inbox {
  private final WaitingQueue<Job> waiting = new WaitingQueue<>();
  private final int most;
  private int running;
  private boolean refusing;
  private boolean closed;
  private boolean signalled;

  /** At most so many wait. */
  Inbox(int most) {
    this.most = most;
  }

  /**
   * Takes a request.
   *
   * @throws EngineException if there is no room, or none is taken any more
   */
  synchronized void submit(Job job) {
    if (refusing) {
      throw new EngineException(EngineException.Reason.CLOSED, "no further request is taken");
    }
    if (waiting.size() >= most) {
      throw new EngineException(
          EngineException.Reason.QUEUE_FULL, most + " requests wait already, the most there may");
    }
    waiting.add(job.priority(), job.fairnessKey(), job);
    signal();
  }

  synchronized int size() {
    return waiting.size();
  }

  synchronized Optional<Job> first() {
    return waiting.first();
  }

  /** Takes one out, which need not be the {@link #first} any more; so many are worked on then. */
  synchronized void take(Job job, int requests) {
    running = requests;
    waiting.take(job.priority(), job.fairnessKey(), job);
  }

  synchronized void served(Job job, long tokens) {
    waiting.served(job.fairnessKey(), tokens);
  }

  /** Takes out those that the test names. */
  synchronized List<Job> remove(Predicate<Job> test) {
    List<Job> removed = new ArrayList<>();
    waiting.removeIf(test, removed);
    return removed;
  }

  /** No further request is taken. */
  synchronized void refuse() {
    refusing = true;
  }

  /** So many requests that were taken out are being worked on. */
  synchronized void setRunning(int requests) {
    running = requests;
    notifyAll();
  }

  synchronized int running() {
    return running;
  }

  /** Waits until nothing waits and nothing is worked on; false if that takes longer. */
  synchronized boolean awaitEmpty(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    while (waiting.size() + running > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** The engine's thread is to end. */
  synchronized void close() {
    refusing = true;
    closed = true;
    signal();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized void signal() {
    signalled = true;
    notifyAll();
  }

  /** Waits for a signal since the last wait, or so many milliseconds. */
  synchronized void await(long milliseconds) {
    long end = System.nanoTime() + milliseconds * 1_000_000;
    while (!signalled && !closed && end - System.nanoTime() > 0) {
      try {
        wait(milliseconds);
      } catch (InterruptedException e) {
        closed = true; // only whoever closes the engine interrupts its thread
      }
    }
    signalled = false;
  }
}
