package io.deltaport.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Writes a stream. Whoever has something to write waits while too much of it waits for the client;
 * where that takes too long the connection is cut.
 */
final class StreamWriter {
  private final Exchange exchange;
  private final String contentType;
  private final String ping;
  private final int most;
  private final Semaphore room;
  private volatile boolean isClosed;
  private boolean isSilent = true;
  private long timer;

  StreamWriter(Exchange exchange, String contentType, String ping) {
    this.exchange = exchange;
    this.contentType = contentType;
    this.ping = ping;
    this.most = exchange.limits().waitingBytes();
    this.room = new Semaphore(most);
  }

  /** Begins to show that it is alive; on the event loop. */
  void begin() {
    if (!isClosed && !ping.isEmpty()) {
      timer = exchange.vertx().setPeriodic(exchange.limits().ping().toMillis(), tick -> ping());
    }
  }

  /**
   * Writes a piece, whoever waits for it.
   *
   * @throws StalledException if the client does not read
   */
  void write(String piece) {
    Buffer bytes = Buffer.buffer(piece);
    int size = Math.min(bytes.length(), most);
    take(size);
    exchange.onLoop(() -> write(bytes, size));
  }

  /** Writes a last piece without waiting for room; on the event loop. */
  void writeNow(String piece) {
    write(Buffer.buffer(piece), 0);
  }

  /** Ends the stream. */
  void end() {
    exchange.onLoop(
        () -> {
          exchange.vertx().cancelTimer(timer);
          HttpServerResponse response = exchange.response();
          if (!isClosed && !response.ended()) {
            openHead(response);
            isClosed = true;
            exchange.ended(200, response.end());
          }
        });
  }

  /** The connection is gone: nobody waits any longer; on the event loop. */
  void closed() {
    isClosed = true;
    exchange.vertx().cancelTimer(timer);
    room.release(most);
  }

  private void take(int size) {
    try {
      boolean free =
          room.tryAcquire(size, exchange.limits().stalled().toMillis(), TimeUnit.MILLISECONDS);
      if (!free) {
        exchange.onLoop(() -> Cut.off(exchange.request().connection()));
        throw new StalledException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StalledException();
    }
  }

  private void write(Buffer bytes, int size) {
    HttpServerResponse response = exchange.response();
    if (isClosed || response.ended()) {
      room.release(size);
      return;
    }
    openHead(response);
    isSilent = false;
    response.write(bytes).onComplete(written -> room.release(size));
  }

  private void ping() {
    HttpServerResponse response = exchange.response();
    if (isSilent && !isClosed && !response.ended() && !response.writeQueueFull()) {
      openHead(response);
      response.write(ping);
    }
    isSilent = true;
  }

  private void openHead(HttpServerResponse response) {
    if (!response.headWritten()) {
      response
          .setChunked(true)
          .putHeader("content-type", contentType)
          .putHeader("cache-control", "no-cache")
          .putHeader("x-accel-buffering", "no");
    }
  }

  /** The client does not read. */
  static final class StalledException extends RuntimeException {
    private static final long serialVersionUID = 1;

    StalledException() {
      super("the client does not read", null, false, false);
    }
  }
}
