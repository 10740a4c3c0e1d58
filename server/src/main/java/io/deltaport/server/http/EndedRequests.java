package io.deltaport.server.http;

import io.deltaport.engine.request.Usage;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** What is noted of a request that ended: a line of the log, and figures. No text, no key. */
final class EndedRequests {
  private final Consumer<String> log;
  private final Metrics metrics;

  EndedRequests(Consumer<String> log, Metrics metrics) {
    this.log = log;
    this.metrics = metrics;
  }

  void of(HttpServerRequest request, int status, Optional<Usage> usage, Duration took) {
    metrics.ended(status, usage);
    String tokens =
        usage
            .map(
                what ->
                    " prompt %d cached %d output %d first %.3f s"
                        .formatted(
                            what.promptTokens(),
                            what.cachedTokens(),
                            what.outputTokens(),
                            what.firstToken().toMillis() / 1e3))
            .orElse("");
    log(
        String.format(
            Locale.ROOT,
            "%s %s %d%s in %.3f s",
            request.method(),
            request.path(),
            status,
            tokens,
            took.toMillis() / 1e3));
  }

  /** Something that whoever runs the server should know. */
  void log(String line) {
    log.accept(line.replaceAll("\\p{Cntrl}", " "));
  }
}
