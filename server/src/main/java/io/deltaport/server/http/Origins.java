package io.deltaport.server.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashSet;
import java.util.Set;

/** Pages of other origins that may call the APIs (CORS); none by default. */
final class Origins {
  private static final String ANY = "*";

  private final Set<String> allowed;

  Origins(Iterable<String> origins) {
    Set<String> all = new HashSet<>();
    origins.forEach(all::add);
    allowed = Set.copyOf(all);
  }

  /** Tells the browser of it; returns whether the request only asked whether it may. */
  boolean answer(HttpServerRequest request) {
    String origin = request.getHeader("origin");
    boolean isAllowed = allowed.contains(ANY) || (origin != null && allowed.contains(origin));
    if (origin == null || !isAllowed) {
      return false;
    }
    HttpServerResponse response = request.response();
    response.putHeader("access-control-allow-origin", allowed.contains(ANY) ? ANY : origin);
    response.putHeader("vary", "origin");
    boolean asks =
        request.method().equals(HttpMethod.OPTIONS)
            && request.getHeader("access-control-request-method") != null;
    if (asks) {
      response.putHeader("access-control-allow-methods", "GET, POST");
      String headers = request.getHeader("access-control-request-headers");
      response.putHeader(
          "access-control-allow-headers",
          headers == null ? "authorization, content-type" : headers);
      response.putHeader("access-control-max-age", "600");
      response.setStatusCode(204).end();
    }
    return asks;
  }
}
