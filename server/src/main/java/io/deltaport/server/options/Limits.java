package io.deltaport.server.options;

import java.time.Duration;

/**
 * Bounds that keep slow and hostile clients from hurting others.
 *
 * @param bodyBytes largest body of a request
 * @param headerBytes most bytes of a request's headers
 * @param headers longest time from a new connection to its first request
 * @param body longest time that a body may take to come
 * @param idle longest time that a connection is kept between requests
 * @param stalled longest time that a stream waits for a client that does not read
 * @param ping time without output after which a stream shows that it is alive
 * @param waitingBytes most bytes of a stream that wait for the client; then its output waits
 */
public record Limits(
    int bodyBytes,
    int headerBytes,
    Duration headers,
    Duration body,
    Duration idle,
    Duration stalled,
    Duration ping,
    int waitingBytes) {
  public static final Limits DEFAULT =
      new Limits(
          32 << 20,
          16 << 10,
          Duration.ofSeconds(10),
          Duration.ofSeconds(120),
          Duration.ofSeconds(120),
          Duration.ofSeconds(60),
          Duration.ofSeconds(15),
          256 << 10);

  public Limits withHeaders(Duration value) {
    return new Limits(bodyBytes, headerBytes, value, body, idle, stalled, ping, waitingBytes);
  }

  public Limits withBody(Duration value) {
    return new Limits(bodyBytes, headerBytes, headers, value, idle, stalled, ping, waitingBytes);
  }

  public Limits withIdle(Duration value) {
    return new Limits(bodyBytes, headerBytes, headers, body, value, stalled, ping, waitingBytes);
  }

  public Limits withStalled(Duration value) {
    return new Limits(bodyBytes, headerBytes, headers, body, idle, value, ping, waitingBytes);
  }

  public Limits withPing(Duration value) {
    return new Limits(bodyBytes, headerBytes, headers, body, idle, stalled, value, waitingBytes);
  }

  public Limits withBodyBytes(int value) {
    return new Limits(value, headerBytes, headers, body, idle, stalled, ping, waitingBytes);
  }
}
