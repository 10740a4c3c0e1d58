package io.deltaport.server.http;

import io.deltaport.server.options.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.IdentityHashMap;

/**
 * Closes connections on which nothing happens: those whose first request does not come, and those
 * that are kept too long between requests. One that waits for its answer is left alone. Belongs to
 * the event loop.
 */
final class Connections {
  private static final long NO_TIMER = -1;

  private final Vertx vertx;
  private final Limits limits;
  private final IdentityHashMap<HttpConnection, State> open = new IdentityHashMap<>();

  private static final class State {
    private int running;
    private long timer = NO_TIMER;
  }

  Connections(Vertx vertx, Limits limits) {
    this.vertx = vertx;
    this.limits = limits;
  }

  void opened(HttpConnection connection) {
    State state = new State();
    open.put(connection, state);
    connection.closeHandler(
        closed -> {
          open.remove(connection);
          vertx.cancelTimer(state.timer);
        });
    closeAfter(connection, state, limits.headers().toMillis());
  }

  void began(HttpServerRequest request) {
    State state = open.get(request.connection());
    if (state == null) {
      return;
    }
    vertx.cancelTimer(state.timer);
    state.running++;
    request.response().endHandler(ended -> ended(request.connection(), state));
  }

  private void ended(HttpConnection connection, State state) {
    state.running--;
    if (state.running == 0 && open.containsKey(connection)) {
      closeAfter(connection, state, limits.idle().toMillis());
    }
  }

  private void closeAfter(HttpConnection connection, State state, long millis) {
    state.timer = vertx.setTimer(millis, late -> Cut.off(connection));
  }
}
