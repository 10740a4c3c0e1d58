package io.deltaport.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Request;
import io.deltaport.server.call.Api;
import io.deltaport.server.call.Call;
import io.deltaport.server.call.ErrorBody;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.ApiException.Kind;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import io.deltaport.server.model.ModelService;
import io.deltaport.server.options.ServerOptions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What leads a request to its answer: whether it may come in, its body, then the work, which is
 * done off the event loop.
 */
public final class Routes {
  private final Vertx vertx;
  private final ServerOptions options;
  private final Door door;
  private final Executor workers;
  private final Function<String, ErrorBody> errors;
  private final Access access;
  private final Origins origins;
  private final Bodies bodies;
  private final Connections connections;
  private final EndedRequests ended;
  private final Metrics metrics = new Metrics();
  private final Router router;

  /**
   * No routes yet.
   *
   * @param workers does what takes time
   * @param errors how errors are spelt on a path
   */
  public Routes(
      Vertx vertx,
      ServerOptions options,
      Door door,
      Executor workers,
      Function<String, ErrorBody> errors) {
    this.vertx = vertx;
    this.options = options;
    this.door = door;
    this.workers = workers;
    this.errors = errors;
    this.access = new Access(options);
    this.origins = new Origins(options.origins());
    this.bodies = new Bodies(vertx, options.limits());
    this.connections = new Connections(vertx, options.limits());
    this.ended = new EndedRequests(options.log(), metrics);
    this.router = Router.router(vertx);
    router.errorHandler(404, context -> refuse(context, Kind.NOT_FOUND, "no such route"));
    router.errorHandler(405, context -> refuse(context, Kind.METHOD, "not by this method"));
    router.errorHandler(400, context -> refuse(context, Kind.INVALID, "a broken request"));
    router.errorHandler(500, context -> exchange(context.request()).fail(context.failure()));
  }

  /** Figures of this model are told from now on. */
  public void watch(ModelService model) {
    metrics.watch(model);
  }

  /** Methods and paths of all routes, such as {@code get /v1/models/{id}}. */
  public List<String> all() {
    return router.getRoutes().stream()
        .flatMap(route -> route.methods().stream().map(method -> described(method, route)))
        .toList();
  }

  private static String described(HttpMethod method, Route route) {
    String path = String.valueOf(route.getPath());
    return method.name().toLowerCase(Locale.ROOT) + " " + path.replaceAll(":(\\w+)", "{$1}");
  }

  public void opened(HttpConnection connection) {
    connections.opened(connection);
  }

  public void handle(HttpServerRequest request) {
    connections.began(request);
    if (!origins.answer(request)) {
      router.handle(request);
    }
  }

  /** A text that anybody may read. */
  public void open(String path, String contentType, String csp, String text) {
    router
        .get(path)
        .handler(
            context ->
                open(
                    context,
                    exchange -> {
                      exchange
                          .response()
                          .putHeader("content-security-policy", csp)
                          .putHeader("x-content-type-options", "nosniff")
                          .putHeader("referrer-policy", "no-referrer");
                      exchange.text(200, contentType, text);
                    }));
  }

  /** {@code GET /health}, which anybody may ask. */
  public void health() {
    router
        .get("/health")
        .handler(
            context ->
                open(
                    context,
                    exchange -> {
                      String health = door.health();
                      String body = Json.line(Json.object().put("status", health));
                      exchange.text(health.equals("ok") ? 200 : 503, "application/json", body);
                    }));
  }

  /** {@code GET /metrics}. */
  public void metrics() {
    router
        .get("/metrics")
        .handler(
            context ->
                guarded(
                    context,
                    (exchange, key) ->
                        exchange.text(
                            200, "text/plain; version=0.0.4; charset=utf-8", metrics.text())));
  }

  /** A JSON object that is always there. */
  public void get(String path, Supplier<ObjectNode> answer) {
    router
        .get(path)
        .handler(context -> guarded(context, (exchange, key) -> exchange.json(answer.get())));
  }

  /** A JSON object that needs the model. */
  public void get(String path, BiFunction<RoutingContext, ModelService, ObjectNode> answer) {
    router
        .get(path)
        .handler(
            context ->
                guarded(
                    context,
                    (exchange, key) -> exchange.json(answer.apply(context, door.model()))));
  }

  /** A JSON object made of the body. */
  public void post(String path, BiFunction<Fields, ModelService, ObjectNode> answer) {
    body(path, (exchange, key, departure, body) -> exchange.json(answer.apply(body, door.model())));
  }

  /** An answer of the model's. */
  public void call(String path, Api api) {
    body(
        path,
        (exchange, key, departure, body) -> {
          ModelService model = door.model();
          Call call = api.call(body, model);
          if (!departure.hasLeft()) {
            Answering.start(exchange, fair(call, key), model, departure);
          }
        });
  }

  /** Clients take turns by their keys. */
  private static Call fair(Call call, String key) {
    return new Call(
        call.requests().stream().map(request -> fair(request, key)).toList(),
        call.isStream(),
        call.reply());
  }

  private static Request fair(Request request, String key) {
    return request.with(request.scheduling().withFairnessKey(key));
  }

  private void body(String path, BodyWork work) {
    router
        .post(path)
        .handler(
            context ->
                guarded(
                    context,
                    (exchange, key) -> {
                      Access.checkJson(context.request());
                      Departure departure = departure(exchange);
                      door.model();
                      bodies.read(
                          context.request(),
                          body -> work(exchange, key, departure, body, work),
                          exchange::fail);
                    }));
  }

  /** Parsing, templates, tokens and grammars take time: not on the event loop. */
  private void work(
      Exchange exchange, String key, Departure departure, Bodies.Body body, BodyWork work) {
    try {
      workers.execute(
          () -> {
            try {
              if (!departure.hasLeft()) {
                Fields fields = Fields.of(Json.object(body.bytes()));
                work.of(exchange, key, departure, fields);
              }
            } catch (RuntimeException | StackOverflowError e) {
              exchange.fail(e);
            } finally {
              body.release();
            }
          });
    } catch (RejectedExecutionException e) {
      body.release();
      exchange.fail(new ApiException(Kind.BUSY, "too many requests at once"));
    }
  }

  private static Departure departure(Exchange exchange) {
    Departure departure = new Departure();
    exchange
        .response()
        .closeHandler(
            closed -> {
              if (!exchange.response().ended()) {
                exchange.abandoned();
                departure.left();
              }
            });
    return departure;
  }

  private void open(RoutingContext context, Consumer<Exchange> work) {
    Exchange exchange = exchange(context.request());
    try {
      access.checkOpen(context.request());
      work.accept(exchange);
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
  }

  private void guarded(RoutingContext context, BiConsumer<Exchange, String> work) {
    Exchange exchange = exchange(context.request());
    try {
      work.accept(exchange, access.check(context.request()));
    } catch (RuntimeException e) {
      exchange.fail(e);
    }
  }

  private void refuse(RoutingContext context, Kind kind, String why) {
    Exchange exchange = exchange(context.request());
    try {
      access.check(context.request());
      HttpMethod method = context.request().method();
      exchange.fail(new ApiException(kind, method + " " + context.request().path() + ": " + why));
    } catch (ApiException e) {
      exchange.fail(e);
    }
  }

  private Exchange exchange(HttpServerRequest request) {
    return new Exchange(vertx, request, errors.apply(request.path()), options.limits(), ended);
  }

  /** Work on a body. */
  private interface BodyWork {
    void of(Exchange exchange, String key, Departure departure, Fields body);
  }
}
