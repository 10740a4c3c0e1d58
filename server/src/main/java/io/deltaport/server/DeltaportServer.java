package io.deltaport.server;

import io.deltaport.engine.Engine;
import io.deltaport.server.http.Door;
import io.deltaport.server.http.Routes;
import io.deltaport.server.model.EngineService;
import io.deltaport.server.model.ModelService;
import io.deltaport.server.options.ServerException;
import io.deltaport.server.options.ServerOptions;
import io.deltaport.server.options.Tls;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server over an engine. It opens a socket and threads of its own, and closes those and
 * nothing else: the engine stays its owner's.
 */
public final class DeltaportServer implements AutoCloseable {
  private static final int WORKERS = 2;
  private static final int MOST_WAITING = 4096;
  private static final String DNS = "vertx.disableDnsResolver";

  private final ServerOptions options;
  private final Door door = new Door();
  private final ExecutorService workers = workers();
  private final Vertx vertx;
  private final Routes routes;
  private final HttpServer server;

  private DeltaportServer(ServerOptions options) {
    this.options = options;
    this.vertx = vertx();
    this.routes = new Routes(vertx, options, door, workers, Apis::errors);
    Apis.add(routes, options);
    HttpServerOptions http = http(options);
    this.server =
        vertx
            .createHttpServer(http)
            .connectionHandler(routes::opened)
            .requestHandler(routes::handle);
  }

  /**
   * Serves an engine's model.
   *
   * @throws ServerException if it cannot listen, or a file of the certificate cannot be read
   */
  public static DeltaportServer start(Engine engine, ServerOptions options) {
    return start(new EngineService(engine), options);
  }

  /** Serves a model. */
  public static DeltaportServer start(ModelService model, ServerOptions options) {
    DeltaportServer server = listen(options);
    server.serve(model);
    return server;
  }

  /** Listens, though the model is not there yet: every request is told so, {@code /health} too. */
  public static DeltaportServer listen(ServerOptions options) {
    DeltaportServer server = new DeltaportServer(options);
    try {
      server.server.listen(options.port(), address(options.host())).await(1, TimeUnit.MINUTES);
      return server;
    } catch (Throwable e) {
      server.close();
      String where = server.where(options.port());
      throw new ServerException("cannot listen at %s: %s".formatted(where, why(e)), e);
    }
  }

  /** The model is there: it answers from now on. */
  public void serve(ModelService model) {
    routes.watch(model);
    door.open(model);
  }

  /** Methods and paths of its routes, such as {@code get /v1/models/{id}}. */
  List<String> routes() {
    return routes.all();
  }

  /** The port that it listens at. */
  public int port() {
    return server.actualPort();
  }

  /** Where it can be reached: {@code http://HOST:PORT}. */
  public String url() {
    return where(port());
  }

  /**
   * Takes no more requests, lets those that it has end, no longer than this, and cancels what is
   * left.
   *
   * @return whether all of them ended by themselves
   */
  public boolean drain(ModelService model, Duration longest) {
    door.close();
    return model.drain(longest);
  }

  /** Closes its socket, connections and threads. */
  @Override
  public void close() {
    door.close();
    try {
      server.shutdown(1, TimeUnit.SECONDS).await(10, TimeUnit.SECONDS);
      vertx.close().await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      options.log().accept("the server did not close in time: " + why(e));
    }
    workers.shutdownNow();
  }

  private String where(int port) {
    String scheme = options.tls().isPresent() ? "https" : "http";
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return scheme + "://" + host.replace("[[", "[").replace("]]", "]") + ":" + port;
  }

  /** One event loop; no files of its own, no look-up of names. */
  private static Vertx vertx() {
    if (System.getProperty(DNS) == null) {
      System.setProperty(DNS, "true");
    }
    return Vertx.vertx(
        new VertxOptions()
            .setEventLoopPoolSize(1)
            .setWorkerPoolSize(1)
            .setInternalBlockingPoolSize(1)
            .setUseDaemonThread(true)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  private static HttpServerOptions http(ServerOptions options) {
    HttpServerOptions http =
        new HttpServerOptions()
            .setMaxHeaderSize(options.limits().headerBytes())
            .setHttp2ClearTextEnabled(false)
            .setUseAlpn(false)
            .setCompressionSupported(false)
            .setDecompressionSupported(false)
            .setReuseAddress(true)
            .setAcceptBacklog(1024);
    options.tls().ifPresent(tls -> http.setSsl(true).setKeyCertOptions(pem(tls)));
    return http;
  }

  private static PemKeyCertOptions pem(Tls tls) {
    return new PemKeyCertOptions()
        .addCertValue(read(tls.certificate()))
        .addKeyValue(read(tls.key()));
  }

  private static Buffer read(Path file) {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new ServerException(file + ": cannot be read", e);
    }
  }

  /** Without a look-up where none is needed. */
  private static String address(String host) {
    return host.equals("localhost") ? "127.0.0.1" : host.replace("[", "").replace("]", "");
  }

  private static String why(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private static ExecutorService workers() {
    AtomicInteger count = new AtomicInteger();
    return new ThreadPoolExecutor(
        WORKERS,
        WORKERS,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(MOST_WAITING),
        work -> {
          Thread thread = new Thread(work, "deltaport-http-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }
}
