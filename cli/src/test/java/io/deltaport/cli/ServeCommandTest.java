package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class ServeCommandTest {
  private static final String MODEL =
      Path.of("../fixtures/chat-tiny").toAbsolutePath().normalize().toString();
  private static final String BODY =
      "{\"messages\": [{\"role\": \"user\", \"content\": \"Bonjour\"}], \"max_tokens\": 4}";

  @TempDir private Path temp = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void servesUntilASignal(String signal) throws Exception {
    ChildProcess child = new ChildProcess(temp);
    Process process = child.start("serve", MODEL, "--port", "0");
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = String.valueOf(out.readLine());
    assertTrue(line.matches("listening on http://127\\.0\\.0\\.1:\\d+"), line);
    HttpResponse<String> answer = post(line.substring("listening on ".length()));
    assertEquals(200, answer.statusCode(), answer.body());
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    Cli cli = ChildProcess.finish(process);
    assertEquals(0, cli.code(), cli.err());
    assertEquals("", cli.out());
    assertTrue(cli.err().contains("POST /v1/chat/completions 200 prompt "), cli.err());
    assertFalse(cli.err().contains("Bonjour"), cli.err());
    assertEquals(List.of(), child.connections());
    assertEquals(List.of(), child.left());
  }

  @Test
  void anOpenHostNeedsAKey() {
    Cli.run("serve", MODEL, "--host", "0.0.0.0").failed("--api-key");
  }

  @Test
  void wrongOptionsAreOneLine() throws IOException {
    Path empty = Files.writeString(temp.resolve("keys"), "# none\n");
    Cli.run("serve", MODEL, "--api-key-file", empty.toString()).failed("one a line");
    Cli.run("serve", MODEL, "--api-key-file", "nowhere").failed("nowhere");
    Cli.run("serve", MODEL, "--tls-cert", "x").failed("go together");
    Cli.run("serve", MODEL, "--tls-cert", "nowhere", "--tls-key", "x").failed("nowhere");
    Cli.run("serve", MODEL, "--drain", "soon").failed("30s");
    Cli.run("serve", MODEL, "--port", "70000").failed("65535");
    Cli.run("serve", "nowhere", "--port", "0").failed("nowhere");
  }

  @Test
  void aPortThatIsTakenIsOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0)) {
      Cli.run("serve", MODEL, "--port", Integer.toString(taken.getLocalPort()))
          .failed("cannot listen at http://127.0.0.1:" + taken.getLocalPort());
    }
  }

  private static HttpResponse<String> post(String url) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }
}
