package io.deltaport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.server.options.ServerException;
import io.deltaport.server.options.ServerOptions;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom the server lets in. */
class AccessTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String BODY = "{'messages': [{'role': 'user', 'content': 'topsecret'}]}";

  private final ScriptedModel model = new ScriptedModel();
  private final List<DeltaportServer> servers = new ArrayList<>();

  private DeltaportServer start(ServerOptions options) {
    DeltaportServer server = DeltaportServer.start(model, options.withPort(0));
    servers.add(server);
    return server;
  }

  @AfterEach
  void close() {
    servers.forEach(DeltaportServer::close);
    model.close();
  }

  @Test
  void otherMachinesNeedAKey() {
    for (String host : List.of("0.0.0.0", "::", "192.168.1.2", "example.org", "127.0.0.1.nip.io")) {
      Exception e =
          assertThrows(ServerException.class, () -> ServerOptions.DEFAULT.withHost(host), host);
      assertTrue(String.valueOf(e.getMessage()).contains("--api-key"));
    }
    ServerOptions open = ServerOptions.DEFAULT.withKeys(List.of("k")).withHost("0.0.0.0");
    assertEquals("0.0.0.0", open.host());
    ServerOptions.DEFAULT.withHost("localhost");
    ServerOptions.DEFAULT.withHost("[::1]");
    ServerOptions.DEFAULT.withHost("127.1.2.3");
  }

  @Test
  void aKeyLetsIn() {
    String url = start(ServerOptions.DEFAULT.withKeys(List.of("one", "two"))).url();
    for (String path : List.of("/v1/models", "/metrics", "/version", "/nowhere", "/api/tags")) {
      new Client(url).get(path).is(401);
    }
    assertEquals("Bearer", new Client(url).get("/v1/models").header("www-authenticate"));
    new Client(url).get("/health").is(200);
    new Client(url).post(CHAT, BODY).is(401);
    new Client(url, "authorization", "Bearer three").post(CHAT, BODY).is(401);
    new Client(url, "authorization", "one").post(CHAT, BODY).is(401);
    new Client(url, "authorization", "Bearer one").post(CHAT, BODY).is(200);
    new Client(url, "authorization", "bearer two").post(CHAT, BODY).is(200);
    new Client(url, "x-api-key", "two").get("/v1/models").is(200);
    String error = new Client(url).post(CHAT, BODY).json().at("/error/code").asText();
    assertEquals("invalid_api_key", error);
    assertEquals(
        "authentication_error",
        new Client(url).post("/v1/messages", BODY).is(401).json().at("/error/type").asText());
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, 200", "localhost:1234, 200", "127.0.0.1:8080, 200", "[::1]:80, 200",
    "evil.example, 403", "127.0.0.1.evil.example, 403", "192.168.0.1, 403", "localhost.evil, 403"
  })
  void withoutAKeyTheHostIsLoopback(String host, int status) throws Exception {
    try (RawSocket socket = new RawSocket(start(ServerOptions.DEFAULT).port())) {
      socket.send("GET /v1/models HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      assertTrue(socket.readUntil("\r\n").startsWith("HTTP/1.1 " + status), host);
    }
  }

  @Test
  void aPageOfAnotherSiteCanPostNothing() {
    Client client = new Client(start(ServerOptions.DEFAULT).url());
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
      HttpRequest.Builder request =
          client.request(CHAT).POST(HttpRequest.BodyPublishers.ofString(BODY));
      if (!type.isEmpty()) {
        request.header("content-type", type);
      }
      client.send(request).is(415);
    }
    HttpRequest.Builder preflight =
        client
            .request(CHAT)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST")
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
    Client.Answer answer = client.send(preflight);
    assertTrue(answer.status() >= 400);
    assertEquals("", answer.header("access-control-allow-origin"));
  }

  @Test
  void anAllowedOriginMayCall() {
    String origin = "https://example.org";
    Client client =
        new Client(
            start(ServerOptions.DEFAULT.withOrigins(List.of(origin))).url(), "origin", origin);
    assertEquals(origin, client.get("/v1/models").is(200).header("access-control-allow-origin"));
    assertEquals("", client.get("/v1/models").header("access-control-allow-credentials"));
    HttpRequest.Builder preflight =
        client
            .request(CHAT)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type")
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
    Client.Answer answer = client.send(preflight).is(204);
    assertEquals("authorization,content-type", answer.header("access-control-allow-headers"));
  }

  @Test
  void aliasesAndAnyName() {
    String url = start(ServerOptions.DEFAULT.withNames(List.of("qwen", "*"))).url();
    Client client = new Client(url);
    assertEquals("qwen", client.get("/v1/models").json().at("/data/0/id").asText());
    assertEquals(1, client.get("/v1/models").json().get("data").size());
    String body = BODY.replace("{'messages'", "{'model': 'gpt-4o', 'messages'");
    assertEquals("gpt-4o", client.post(CHAT, body).is(200).json().get("model").asText());
  }

  @Test
  void theLogHasNoTextAndNoKey() {
    List<String> lines = new CopyOnWriteArrayList<>();
    DeltaportServer server =
        start(ServerOptions.DEFAULT.withKeys(List.of("hidden")).withLog(lines::add));
    new Client(server.url(), "authorization", "Bearer hidden").post(CHAT, BODY).is(200);
    new Client(server.url(), "authorization", "Bearer hidden").post(CHAT, "{'topsecret'").is(400);
    new Client(server.url(), "authorization", "Bearer hiddem").get("/v1/models").is(401);
    server.close();
    assertEquals(3, lines.stream().filter(line -> line.contains(" /v1/")).count());
    assertTrue(lines.get(0).contains("prompt 7 cached 3 output 5"), lines.toString());
    assertFalse(lines.toString().contains("topsecret"));
    assertFalse(lines.toString().contains("hidde"));
  }
}
