package io.deltaport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import io.deltaport.server.ScriptedModel.Script;
import io.deltaport.server.options.Limits;
import io.deltaport.server.options.ServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What slow, broken and hostile clients do on the wire; every wait is bounded. */
@Timeout(60)
class ProtocolTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String USER = "'messages': [{'role': 'user', 'content': 'hi'}]";
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration LONG = Duration.ofMinutes(5);

  private final ScriptedModel model = new ScriptedModel();
  private final List<DeltaportServer> servers = new ArrayList<>();

  private DeltaportServer server(Limits limits) {
    DeltaportServer server =
        DeltaportServer.start(model, ServerOptions.DEFAULT.withPort(0).withLimits(limits));
    servers.add(server);
    return server;
  }

  private DeltaportServer patient() {
    return server(Limits.DEFAULT.withHeaders(LONG).withBody(LONG).withIdle(LONG).withPing(LONG));
  }

  @AfterEach
  void close() {
    servers.forEach(DeltaportServer::close);
    model.close();
  }

  private static Script waiting(CountDownLatch begun, Event... before) {
    return (request, listener) -> {
      listener.on(new Event.Queued());
      for (Event event : before) {
        listener.on(event);
      }
      begun.countDown();
      new CountDownLatch(1).await();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"queued", "prefill", "stream", "whole"})
  @DisplayName("pitfall 48: a client that goes away ends its request, wherever it is")
  void aClientGoesAway(String when) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    boolean stream = !when.equals("whole");
    model.script =
        switch (when) {
          case "queued" -> waiting(begun);
          case "stream" -> waiting(begun, new Event.Started(7, 0), new Event.Text(0, "Hello"));
          default -> waiting(begun, new Event.Started(7, 0));
        };
    try (RawSocket socket = new RawSocket(patient().port())) {
      socket.send(RawSocket.post(PATH, "{'stream': " + stream + ", " + USER + "}"));
      assertTrue(begun.await(30, TimeUnit.SECONDS));
      if (when.equals("stream")) {
        socket.readUntil("Hello");
      }
      assertTrue(model.cancelled.isEmpty());
      socket.abort();
    }
    assertNotNull(model.cancelled.poll(30, TimeUnit.SECONDS));
  }

  @Test
  @DisplayName("pitfall 48: a reader that stalls is cut off, and no other is held up by it")
  void aReaderStalls() throws Exception {
    String piece = "x".repeat(64 << 10);
    model.script =
        (request, listener) -> {
          while (!Thread.interrupted()) {
            listener.on(new Event.Text(0, piece));
          }
        };
    DeltaportServer server = server(Limits.DEFAULT.withStalled(Duration.ofSeconds(1)));
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send(RawSocket.post(PATH, "{'stream': true, " + USER + "}"));
      assertNotNull(model.requests.poll(30, TimeUnit.SECONDS));
      model.script = Script.text("other");
      new Client(server.url()).post(PATH, "{" + USER + "}").is(200);
      assertNotNull(model.cancelled.poll(30, TimeUnit.SECONDS));
    }
  }

  @Test
  @DisplayName("pitfall 47: a silent stream shows by comments that it is alive")
  void aSilentStreamPings() throws Exception {
    model.script = waiting(new CountDownLatch(1), new Event.Started(7, 0));
    DeltaportServer server = server(Limits.DEFAULT.withPing(SHORT));
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send(RawSocket.post(PATH, "{'stream': true, " + USER + "}"));
      String read = socket.readUntil(": ping\n\n");
      assertFalse(read.contains("data:"), read);
    }
  }

  @Test
  void aClientThatEndsItsOutputIsGone() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    model.script = waiting(begun, new Event.Started(7, 0));
    try (RawSocket socket = new RawSocket(patient().port())) {
      socket.send(RawSocket.post(PATH, "{" + USER + "}"));
      assertTrue(begun.await(30, TimeUnit.SECONDS));
      socket.endOutput();
      assertNotNull(model.cancelled.poll(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void headersThatDoNotComeCloseTheConnection() throws Exception {
    DeltaportServer server = server(Limits.DEFAULT.withHeaders(SHORT));
    try (RawSocket silent = new RawSocket(server.port());
        RawSocket slow = new RawSocket(server.port()).send("GET /health HTTP/1.1\r\nHo")) {
      assertEquals("", silent.readAll());
      assertEquals("", slow.readAll());
    }
  }

  @Test
  void aConnectionWithoutRequestsIsClosed() throws Exception {
    DeltaportServer server = server(Limits.DEFAULT.withIdle(SHORT));
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertTrue(socket.readAll().endsWith("{\"status\":\"ok\"}"));
    }
  }

  @Test
  void aBodyThatDoesNotComeIsRefused() throws Exception {
    DeltaportServer server = server(Limits.DEFAULT.withBody(SHORT));
    try (RawSocket socket = new RawSocket(server.port())) {
      String whole = RawSocket.post(PATH, "{" + USER + "}");
      socket.send(whole.substring(0, whole.length() - 1));
      assertTrue(socket.readAll().startsWith("HTTP/1.1 408 "));
    }
    assertTrue(model.requests.isEmpty());
  }

  @Test
  void aByteAtATimeIsARequestToo() throws Exception {
    try (RawSocket socket = new RawSocket(patient().port())) {
      for (byte value : RawSocket.post(PATH, "{" + USER + "}").getBytes(UTF_8)) {
        socket.send(new byte[] {value});
      }
      assertTrue(socket.readUntil("Hello world").startsWith("HTTP/1.1 200 "));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBodyThatIsTooLargeIsRefused(boolean announced) throws Exception {
    DeltaportServer server = server(Limits.DEFAULT.withBodyBytes(100));
    String head =
        "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send(
          announced
              ? head + "Content-Length: 1000000000\r\n\r\n{"
              : head + "Transfer-Encoding: chunked\r\n\r\nff\r\n" + " ".repeat(255) + "\r\n");
      assertTrue(socket.readUntil("larger than 100 bytes").startsWith("HTTP/1.1 413 "));
    }
  }

  static List<String> brokenRequests() {
    String post = RawSocket.head("POST", PATH) + "Content-Type: application/json\r\n";
    return List.of(
        post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
        post + "Content-Length: -5\r\n\r\n{}",
        post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
        "GET /health HTTP/1.1\r\nHost : localhost\r\n\r\n",
        "NONSENSE\r\n\r\n");
  }

  @ParameterizedTest
  @MethodSource("brokenRequests")
  void brokenRequestsDoNoHarm(String request) throws Exception {
    DeltaportServer server =
        server(Limits.DEFAULT.withIdle(SHORT).withHeaders(SHORT).withBody(SHORT));
    try (RawSocket socket = new RawSocket(server.port())) {
      String answer = socket.send(request).readAll();
      assertTrue(answer.isEmpty() || answer.matches("(?s)HTTP/1\\.[01] 4.*"), answer);
    }
    assertTrue(model.requests.isEmpty());
    new Client(server.url()).get("/health").is(200);
  }

  @Test
  void aRequestIsNotSmuggledInABody() throws Exception {
    String inner = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (RawSocket socket = new RawSocket(patient().port())) {
      socket.send(
          "POST "
              + PATH
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "2\r\n{}\r\n0\r\n\r\n"
              + inner);
      String answer = socket.readUntil("HTTP/1.1 ");
      assertNotNull(answer);
    }
    assertTrue(model.requests.isEmpty());
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws Exception {
    try (RawSocket socket = new RawSocket(patient().port())) {
      socket.send(
          "GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");
      String answer = socket.readUntil("\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 431 ") || answer.startsWith("HTTP/1.1 400 "), answer);
    }
  }

  @Test
  void expectationsAreAnswered() throws Exception {
    String whole = RawSocket.post(PATH, "{" + USER + "}");
    int body = whole.indexOf("\r\n\r\n") + 4;
    try (RawSocket socket = new RawSocket(patient().port())) {
      socket.send(whole.substring(0, body - 2) + "Expect: 100-continue\r\n\r\n");
      assertTrue(socket.readUntil("\r\n\r\n").startsWith("HTTP/1.1 100 "));
      socket.send(whole.substring(body));
      socket.readUntil("Hello world");
    }
  }

  @Test
  void requestsOneAfterTheOtherOnOneConnection() throws Exception {
    String request = RawSocket.post(PATH, "{" + USER + "}");
    try (RawSocket socket = new RawSocket(patient().port())) {
      socket.send(request + request);
      socket.readUntil("Hello world");
      socket.readUntil("Hello world");
    }
  }

  private static List<byte[]> brokenBodies() {
    return List.of(
        "".getBytes(UTF_8),
        "{".getBytes(UTF_8),
        "[]".getBytes(UTF_8),
        "null".getBytes(UTF_8),
        "{} {}".getBytes(UTF_8),
        "{\"a\": 1, \"a\": 2}".getBytes(UTF_8),
        ("{\"a\": " + "[".repeat(100) + "]".repeat(100) + "}").getBytes(UTF_8),
        ("{\"n\": 1" + "0".repeat(5000) + "}").getBytes(UTF_8),
        "{\"a\": \"\u00e9\"}".getBytes(ISO_8859_1),
        "{\"a\": NaN}".getBytes(UTF_8));
  }

  @Test
  void brokenBodiesAreRefused() throws Exception {
    DeltaportServer server = patient();
    for (byte[] body : brokenBodies()) {
      try (RawSocket socket = new RawSocket(server.port())) {
        socket.send(
            "POST "
                + PATH
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length
                + "\r\n\r\n");
        socket.send(body);
        String answer = socket.readUntil("invalid_request_error");
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      }
    }
    assertTrue(model.requests.isEmpty());
  }

  @Test
  void aDrainingServerTakesNothingAndEndsWhatItHas() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    model.script =
        (request, listener) -> {
          listener.on(new Event.Started(7, 0));
          begun.countDown();
          goOn.await();
          listener.on(new Event.Text(0, "done"));
          listener.on(new Event.ChoiceFinished(0, StopReason.STOP_TOKEN, Optional.empty()));
          listener.on(new Event.Finished(ScriptedModel.usage()));
        };
    DeltaportServer server = patient();
    Client client = new Client(server.url());
    try (RawSocket socket = new RawSocket(server.port())) {
      socket.send(RawSocket.post(PATH, "{" + USER + "}"));
      assertTrue(begun.await(30, TimeUnit.SECONDS));
      server.drain(model, Duration.ofSeconds(1));
      assertEquals("draining", client.get("/health").is(503).json().get("status").asText());
      client.post(PATH, "{" + USER + "}").is(503);
      goOn.countDown();
      socket.readUntil("done");
    }
  }

  @Test
  void aServerWithoutItsModelSaysSo() {
    DeltaportServer server = DeltaportServer.listen(ServerOptions.DEFAULT.withPort(0));
    servers.add(server);
    Client client = new Client(server.url());
    assertEquals("loading", client.get("/health").is(503).json().get("status").asText());
    client.post(PATH, "{" + USER + "}").is(503);
    client.get("/v1/models").is(503);
    server.serve(model);
    client.get("/health").is(200);
    client.get("/v1/models").is(200);
  }
}
