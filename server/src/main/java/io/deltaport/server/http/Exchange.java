package io.deltaport.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Usage;
import io.deltaport.server.call.ErrorBody;
import io.deltaport.server.call.Failures;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.ApiException.Kind;
import io.deltaport.server.json.Json;
import io.deltaport.server.options.Limits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * A request and its answer. What is written is written on the event loop, whoever asks; an answer
 * that the client does not take is given up after a while.
 */
final class Exchange {
  private static final String JSON = "application/json";
  private static final long LINGER_MILLIS = 2000;

  private final Vertx vertx;
  private final Context context;
  private final HttpServerRequest request;
  private final ErrorBody errors;
  private final Limits limits;
  private final EndedRequests ended;
  private final long started = System.nanoTime();
  private volatile Optional<Usage> usage = Optional.empty();

  Exchange(
      Vertx vertx,
      HttpServerRequest request,
      ErrorBody errors,
      Limits limits,
      EndedRequests ended) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.request = request;
    this.errors = errors;
    this.limits = limits;
    this.ended = ended;
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  Limits limits() {
    return limits;
  }

  Vertx vertx() {
    return vertx;
  }

  /** Has something done on the event loop. */
  void onLoop(Runnable work) {
    context.runOnContext(now -> work.run());
  }

  /** Notes what the call took, for the log. */
  void took(Usage what) {
    usage = Optional.of(what);
  }

  /** Answers with JSON. */
  void json(ObjectNode body) {
    onLoop(() -> end(200, JSON, Json.line(body)));
  }

  /** Answers with this status and text. */
  void text(int status, String contentType, String body) {
    onLoop(() -> end(status, contentType, body));
  }

  /** Answers with an error, unless an answer has begun. */
  void fail(Throwable failure) {
    ApiException told = Failures.of(failure);
    if (told.kind() == Kind.FAILED) {
      ended.log(request.method() + " " + request.path() + " failed: " + failure);
    }
    onLoop(() -> fail(told));
  }

  /** Watches over an end that was written: a client that does not take it is cut off. */
  void ended(int status, Future<Void> written) {
    long timer = vertx.setTimer(limits.stalled().toMillis(), late -> Cut.off(request.connection()));
    written.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          closeIfUnread();
        });
    ended.of(request, status, usage, Duration.ofNanos(System.nanoTime() - started));
  }

  /** The client went away before its answer was whole. */
  void abandoned() {
    ended.of(request, 499, usage, Duration.ofNanos(System.nanoTime() - started));
  }

  private void fail(ApiException failure) {
    int status = errors.status(failure);
    boolean later = failure.kind() == Kind.BUSY || failure.kind() == Kind.UNAVAILABLE;
    if (later && !response().headWritten()) {
      response().putHeader("retry-after", "1");
    }
    if (failure.kind() == Kind.UNAUTHENTICATED && !response().headWritten()) {
      response().putHeader("www-authenticate", "Bearer");
    }
    end(status, JSON, Json.line(errors.of(failure)));
  }

  private void end(int status, String contentType, String body) {
    HttpServerResponse response = response();
    if (response.ended() || response.closed() || response.headWritten()) {
      return;
    }
    response.setStatusCode(status).putHeader("content-type", contentType);
    if (!request.isEnded()) {
      response.putHeader("connection", "close");
    }
    ended(status, response.end(Buffer.buffer(body)));
  }

  /** A body that was refused is let pass for a moment, so that the client reads why. */
  private void closeIfUnread() {
    if (!request.isEnded()) {
      vertx.setTimer(LINGER_MILLIS, late -> Cut.off(request.connection()));
    }
  }
}
