package io.deltaport.server.http;

import java.util.ArrayList;
import java.util.List;

/** What is to be done when a client goes away before its answer is whole. */
final class Departure {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean hasLeft;

  /** Does it then, or now if the client has left already. */
  void then(Runnable action) {
    boolean now;
    synchronized (this) {
      now = hasLeft;
      if (!now) {
        actions.add(action);
      }
    }
    if (now) {
      action.run();
    }
  }

  synchronized boolean hasLeft() {
    return hasLeft;
  }

  /** The client has left. */
  void left() {
    List<Runnable> all;
    synchronized (this) {
      hasLeft = true;
      all = List.copyOf(actions);
      actions.clear();
    }
    all.forEach(Runnable::run);
  }
}
