package io.deltaport.server.options;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a server works.
 *
 * @param host address to listen at; one that is not loopback needs a key
 * @param port port to listen at; 0 = a free one
 * @param names what the model is called; {@code *} stands for any name; empty = as its directory
 * @param keys any of these lets a client in; empty = no key is asked for
 * @param origins web pages of these origins may call the APIs; {@code *} = any
 * @param tls a certificate makes it HTTPS
 * @param stripBillingHeader leaves out a system block that begins {@code
 *     x-anthropic-billing-header:}, which changes with every request, so that no prefix would be
 *     found again
 * @param limits bounds on what clients do
 * @param log told of each request that ended, in one line without texts and keys
 */
public record ServerOptions(
    String host,
    int port,
    List<String> names,
    List<String> keys,
    List<String> origins,
    Optional<Tls> tls,
    boolean stripBillingHeader,
    Limits limits,
    Consumer<String> log) {
  /** On this machine alone, at port 8080. */
  public static final ServerOptions DEFAULT =
      new ServerOptions(
          "127.0.0.1",
          8080,
          List.of(),
          List.of(),
          List.of(),
          Optional.empty(),
          true,
          Limits.DEFAULT,
          line -> {});

  /**
   * Checks and copies.
   *
   * @throws ServerException if the host is not loopback and there is no key
   */
  public ServerOptions {
    names = List.copyOf(names);
    keys = List.copyOf(keys);
    origins = List.copyOf(origins);
    if (port < 0 || port > 65_535) {
      throw new ServerException("port: expected 0 to 65535, found " + port);
    }
    if (keys.stream().anyMatch(String::isBlank)) {
      throw new ServerException("a key of the API is empty");
    }
    if (keys.isEmpty() && !Loopback.isAddress(host)) {
      throw new ServerException(
          "host " + host + " can be reached from other machines: give a key with --api-key");
    }
  }

  public ServerOptions withHost(String value) {
    return new ServerOptions(
        value, port, names, keys, origins, tls, stripBillingHeader, limits, log);
  }

  public ServerOptions withPort(int value) {
    return new ServerOptions(
        host, value, names, keys, origins, tls, stripBillingHeader, limits, log);
  }

  public ServerOptions withNames(List<String> value) {
    return new ServerOptions(
        host, port, value, keys, origins, tls, stripBillingHeader, limits, log);
  }

  public ServerOptions withKeys(List<String> value) {
    return new ServerOptions(
        host, port, names, value, origins, tls, stripBillingHeader, limits, log);
  }

  public ServerOptions withOrigins(List<String> value) {
    return new ServerOptions(host, port, names, keys, value, tls, stripBillingHeader, limits, log);
  }

  public ServerOptions withTls(Tls value) {
    return new ServerOptions(
        host, port, names, keys, origins, Optional.of(value), stripBillingHeader, limits, log);
  }

  /** Whether a system block that tells of billing is left out. */
  public ServerOptions withStripBillingHeader(boolean value) {
    return new ServerOptions(host, port, names, keys, origins, tls, value, limits, log);
  }

  public ServerOptions withLimits(Limits value) {
    return new ServerOptions(host, port, names, keys, origins, tls, stripBillingHeader, value, log);
  }

  public ServerOptions withLog(Consumer<String> value) {
    return new ServerOptions(
        host, port, names, keys, origins, tls, stripBillingHeader, limits, value);
  }
}
