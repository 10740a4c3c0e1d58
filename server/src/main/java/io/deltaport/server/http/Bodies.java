package io.deltaport.server.http;

import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.ApiException.Kind;
import io.deltaport.server.options.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Reads bodies, each within bounds of size and time, all together within one of memory. */
final class Bodies {
  private static final long MOST_BYTES = 256L << 20;

  private final Vertx vertx;
  private final Limits limits;
  private final AtomicLong held = new AtomicLong();

  Bodies(Vertx vertx, Limits limits) {
    this.vertx = vertx;
    this.limits = limits;
  }

  /** Reads the body of a request; calls one of the two, on the event loop. */
  void read(HttpServerRequest request, Consumer<Body> read, Consumer<ApiException> failed) {
    Body body = new Body(request, read, failed);
    body.begin();
  }

  /** What was read so far. Holds memory until released. */
  final class Body {
    private final HttpServerRequest request;
    private final Consumer<Body> read;
    private final Consumer<ApiException> failed;
    private final Buffer bytes = Buffer.buffer();
    private long reserved;
    private long timer;
    private boolean isOver;

    private Body(HttpServerRequest request, Consumer<Body> read, Consumer<ApiException> failed) {
      this.request = request;
      this.read = read;
      this.failed = failed;
    }

    byte[] bytes() {
      return bytes.getBytes();
    }

    /** Gives back what it counts for; from any thread. */
    void release() {
      long size;
      synchronized (this) {
        size = reserved;
        reserved = 0;
      }
      held.addAndGet(-size);
    }

    private void begin() {
      timer =
          vertx.setTimer(
              limits.body().toMillis(),
              late -> fail(new ApiException(Kind.TIMEOUT, "the body did not come in time")));
      request.exceptionHandler(broken -> stop());
      request.handler(this::add);
      request.endHandler(end -> end());
      if (announced(request) > limits.bodyBytes()) {
        fail(tooLarge());
      } else if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
        request.response().writeContinue();
      }
    }

    private void add(Buffer piece) {
      if (isOver) {
        return;
      }
      if (bytes.length() + piece.length() > limits.bodyBytes()) {
        fail(tooLarge());
      } else if (held.addAndGet(piece.length()) > MOST_BYTES) {
        held.addAndGet(-piece.length());
        fail(new ApiException(Kind.BUSY, "too many large bodies at once"));
      } else {
        synchronized (this) {
          reserved += piece.length();
        }
        bytes.appendBuffer(piece);
      }
    }

    private void end() {
      if (!isOver) {
        isOver = true;
        vertx.cancelTimer(timer);
        read.accept(this);
      }
    }

    private void fail(ApiException why) {
      if (!isOver) {
        stop();
        failed.accept(why);
      }
    }

    private void stop() {
      isOver = true;
      vertx.cancelTimer(timer);
      release();
    }

    private ApiException tooLarge() {
      return new ApiException(
          Kind.TOO_LARGE, "the body is larger than " + limits.bodyBytes() + " bytes");
    }
  }

  private static long announced(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
