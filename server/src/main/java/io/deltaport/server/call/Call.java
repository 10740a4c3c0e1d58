package io.deltaport.server.call;

import io.deltaport.engine.request.Request;
import java.util.List;

/**
 * What one HTTP request asks for.
 *
 * @param requests what the engine is asked, at least one; their outputs are counted through
 * @param isStream whether the answer goes out as it comes
 * @param reply how what comes of it is told
 */
public record Call(List<Request> requests, boolean isStream, Reply reply) {
  public Call {
    requests = List.copyOf(requests);
  }
}
