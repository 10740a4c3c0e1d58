package io.deltaport.engine.request;

/**
 * Told of a request's events, one after the other, on a thread of the engine's that no other
 * request needs: it may take its time. One that throws has its request cancelled and fails it.
 */
@FunctionalInterface
public interface Listener {
  Listener NONE = event -> {};

  void on(Event event);
}
