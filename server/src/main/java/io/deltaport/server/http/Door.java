package io.deltaport.server.http;

import io.deltaport.engine.request.EngineStats;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.ApiException.Kind;
import io.deltaport.server.model.ModelService;
import java.util.Optional;

/** Whether the server takes requests, and the model that answers them. */
public final class Door {
  /** Where the server is between its start and its end. */
  public enum State {
    LOADING,
    OPEN,
    DRAINING
  }

  private volatile State state = State.LOADING;
  private volatile Optional<ModelService> model = Optional.empty();

  /** The model is there. */
  public void open(ModelService service) {
    model = Optional.of(service);
    state = State.OPEN;
  }

  /** No further request is taken. */
  public void close() {
    state = State.DRAINING;
  }

  /**
   * The model, for a request.
   *
   * @throws ApiException while it loads, and when the server is about to end
   */
  public ModelService model() {
    ModelService service =
        model.orElseThrow(() -> new ApiException(Kind.UNAVAILABLE, "the model is loading"));
    if (state == State.DRAINING) {
      throw new ApiException(Kind.UNAVAILABLE, "the server is shutting down");
    }
    return service;
  }

  /** In one word; {@code ok} where a request would be taken and worked on. */
  public String health() {
    boolean isStuck = model.map(ModelService::stats).map(EngineStats::isStuck).orElse(false);
    return switch (state) {
      case LOADING -> "loading";
      case DRAINING -> "draining";
      case OPEN -> isStuck ? "stuck" : "ok";
    };
  }
}
