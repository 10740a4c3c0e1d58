package io.deltaport.server.http;

import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.ApiException.Kind;
import io.deltaport.server.options.Loopback;
import io.deltaport.server.options.ServerOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in. With keys, whoever has one. Without, whoever is on this machine and no page of
 * another site in its browser: such a page can have its own name lead to this machine, or post what
 * a browser lets any page post.
 */
final class Access {
  private static final String BEARER = "bearer ";

  private final List<byte[]> keys;

  Access(ServerOptions options) {
    keys = options.keys().stream().map(Access::digest).toList();
  }

  /**
   * Lets a request in; returns which key let it in, empty where none was asked for.
   *
   * @throws ApiException if it may not
   */
  String check(HttpServerRequest request) {
    if (keys.isEmpty()) {
      checkHost(request.getHeader("host"));
      return "";
    }
    String key = key(request).orElseThrow(Access::refused);
    byte[] digest = digest(key);
    int found = -1;
    for (int i = 0; i < keys.size(); i++) {
      if (MessageDigest.isEqual(keys.get(i), digest)) {
        found = i;
      }
    }
    if (found < 0) {
      throw refused();
    }
    return "key-" + found;
  }

  /**
   * Lets a page or a state of health out; without keys to this machine alone.
   *
   * @throws ApiException if it may not
   */
  void checkOpen(HttpServerRequest request) {
    if (keys.isEmpty()) {
      checkHost(request.getHeader("host"));
    }
  }

  /**
   * Checks that a body is JSON by name, which no page may post elsewhere unasked.
   *
   * @throws ApiException if it is not
   */
  static void checkJson(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      return;
    }
    String type = request.getHeader("content-type");
    String name = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!name.equals("application/json")) {
      throw new ApiException(Kind.MEDIA_TYPE, "the body's content-type is to be application/json");
    }
  }

  private static void checkHost(@Nullable String host) {
    if (host == null || !Loopback.isHostHeader(host)) {
      throw new ApiException(
          Kind.FORBIDDEN, "without an API key, the host is to be localhost or a loopback address");
    }
  }

  private static Optional<String> key(HttpServerRequest request) {
    String bearer = request.getHeader("authorization");
    if (bearer != null && bearer.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      return Optional.of(bearer.substring(BEARER.length()).strip());
    }
    return Optional.ofNullable(request.getHeader("x-api-key"));
  }

  private static ApiException refused() {
    return new ApiException(
        Kind.UNAUTHENTICATED, "Incorrect API key provided: send it as Authorization: Bearer KEY");
  }

  /** Digests have one length, so that the time to compare them tells nothing of a key. */
  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
