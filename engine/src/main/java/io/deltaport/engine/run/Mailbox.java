package io.deltaport.engine.run;

import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.Listener;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The way of a request's events to its listener: in order, one at a time, on a thread of the
 * executor's, so that whoever posts them never waits. Thread-safe.
 */
final class Mailbox {
  private final Listener listener;
  private final Executor executor;
  private final Consumer<RuntimeException> threw;
  private final Deque<Event> events = new ArrayDeque<>();
  private boolean delivering;
  private boolean broken;
  private Runnable afterLast = () -> {};

  /**
   * A way to this listener.
   *
   * @param threw told once, if the listener throws; it gets no event then but the last
   */
  Mailbox(Listener listener, Executor executor, Consumer<RuntimeException> threw) {
    this.listener = listener;
    this.executor = executor;
    this.threw = threw;
  }

  void post(Event event) {
    synchronized (this) {
      events.addLast(event);
      if (delivering) {
        return;
      }
      delivering = true;
    }
    executor.execute(this::deliver);
  }

  /** Posts the last event and does something when it was delivered. */
  void postLast(Event event, Runnable then) {
    synchronized (this) {
      afterLast = then;
    }
    post(event);
  }

  private void deliver() {
    for (Event event = next(); event != null; event = next()) {
      boolean last = event instanceof Event.Finished || event instanceof Event.Failed;
      try {
        if (last || !broken) {
          listener.on(event);
        }
      } catch (RuntimeException e) {
        if (!broken && !last) {
          broken = true;
          threw.accept(e);
        }
      } finally {
        if (last) {
          afterLast().run();
        }
      }
    }
  }

  private synchronized @org.jspecify.annotations.Nullable Event next() {
    Event event = events.pollFirst();
    delivering = event != null;
    return event;
  }

  private synchronized Runnable afterLast() {
    return afterLast;
  }
}
