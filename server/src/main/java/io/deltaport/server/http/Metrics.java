package io.deltaport.server.http;

import io.deltaport.engine.request.EngineStats;
import io.deltaport.engine.request.Usage;
import io.deltaport.server.model.ModelService;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** {@code GET /metrics}: figures of the engine and of the server in Prometheus' format. */
final class Metrics {
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(10),
    Duration.ofMillis(30),
    Duration.ofMillis(100),
    Duration.ofMillis(300),
    Duration.ofSeconds(1),
    Duration.ofSeconds(3),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(100),
    Duration.ofSeconds(300)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Timer queued =
      timer("deltaport.queue.time", "From arrival until the prompt is read");
  private final Timer firstToken =
      timer("deltaport.first.token.time", "From arrival until the first token");
  private final Timer perToken =
      timer("deltaport.output.token.time", "Mean time of a request's further tokens");
  private final Timer total = timer("deltaport.request.time", "From arrival until the end");

  /** Adds the figures of a model. */
  void watch(ModelService model) {
    gauge(model, "deltaport.requests.waiting", EngineStats::waiting);
    gauge(model, "deltaport.requests.running", EngineStats::running);
    gauge(model, "deltaport.state.slots.used", stats -> stats.state().slots());
    gauge(model, "deltaport.state.slots.capacity", stats -> stats.state().slotCapacity());
    gauge(model, "deltaport.state.blocks.used", stats -> stats.state().blocks());
    gauge(model, "deltaport.state.blocks.capacity", stats -> stats.state().blockCapacity());
    gauge(model, "deltaport.prefix.cache.entries", EngineStats::cacheEntries);
    gauge(model, "deltaport.prefix.cache.bytes", EngineStats::cacheBytes);
    counter(model, "deltaport.prompt.tokens", EngineStats::promptTokens);
    counter(model, "deltaport.prompt.tokens.cached", EngineStats::cachedTokens);
    counter(model, "deltaport.output.tokens", EngineStats::outputTokens);
    counter(model, "deltaport.requests.finished", EngineStats::finished);
    counter(model, "deltaport.requests.failed", EngineStats::failed);
    counter(model, "deltaport.requests.cancelled", EngineStats::cancelled);
    counter(model, "deltaport.requests.preempted", EngineStats::preempted);
    counter(model, "deltaport.draft.tokens", EngineStats::drafted);
    counter(model, "deltaport.draft.tokens.accepted", EngineStats::accepted);
    counter(model, "deltaport.steps", EngineStats::steps);
  }

  String text() {
    return registry.scrape();
  }

  void ended(int status, Optional<Usage> usage) {
    registry.counter("deltaport.http.responses", "code", Integer.toString(status)).increment();
    usage.ifPresent(this::took);
  }

  private void took(Usage usage) {
    queued.record(usage.queued());
    firstToken.record(usage.firstToken());
    total.record(usage.total());
    if (usage.outputTokens() > 1) {
      perToken.record(usage.total().minus(usage.firstToken()).dividedBy(usage.outputTokens() - 1L));
    }
  }

  private Timer timer(String name, String description) {
    return Timer.builder(name)
        .description(description)
        .serviceLevelObjectives(BOUNDS)
        .register(registry);
  }

  private void gauge(ModelService model, String name, ToDoubleFunction<EngineStats> figure) {
    Gauge.builder(name, model, all -> figure.applyAsDouble(all.stats())).register(registry);
  }

  private void counter(ModelService model, String name, ToDoubleFunction<EngineStats> figure) {
    FunctionCounter.builder(name, model, all -> figure.applyAsDouble(all.stats()))
        .register(registry);
  }
}
