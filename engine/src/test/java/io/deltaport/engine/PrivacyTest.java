package io.deltaport.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a model in a process with an empty home and no CI variable, where telemetry would show. */
class PrivacyTest {
  @TempDir private Path temp = Path.of("");
  private Path home = Path.of("");
  private Path temporary = Path.of("");
  private Path connections = Path.of("");

  @BeforeEach
  void makeHome() throws IOException {
    home = Files.createDirectory(temp.resolve("home"));
    temporary = Files.createDirectory(temp.resolve("tmp"));
    connections = temp.resolve("connections");
  }

  @Test
  @DisplayName("pitfall 34: no file and no connection of telemetry, the tokenizer's included")
  void nothingCallsHome() throws Exception {
    Process process =
        child(
            "io.deltaport.examples.Ask", "../fixtures/chat-tiny", "What is the capital of Italy?");
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), output);
    assertFalse(Files.exists(connections), () -> "connections: " + text(connections));
    assertEquals(List.of(), left());
  }

  @Test
  void theTestSeesAConnection() throws Exception {
    Process process = child("io.deltaport.engine.PrivacyTest$Caller");
    assertEquals(0, process.waitFor());
    assertTrue(text(connections).contains("connect"));
  }

  /** Opens a connection to this machine, which is enough to be seen. */
  static final class Caller {
    private Caller() {}

    public static void main(String[] args) {
      try (java.net.Socket socket =
          new java.net.Socket(java.net.InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 9)) {
        System.out.println(socket);
      } catch (IOException e) {
        System.out.println(e);
      }
    }
  }

  private Process child(String... command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary, "-cp"));
    line.add(System.getProperty("java.class.path"));
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().keySet().removeIf(PrivacyTest::suppressesTelemetry);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("LD_PRELOAD", recorder().toString());
    builder.environment().put("CONNECTIONS", connections.toString());
    return builder.redirectOutput(ProcessBuilder.Redirect.PIPE).start();
  }

  private static boolean suppressesTelemetry(String variable) {
    return variable.equals("CI")
        || variable.startsWith("GITHUB_")
        || variable.startsWith("XDG_")
        || variable.contains("TELEMETRY")
        || variable.contains("TRACKING")
        || variable.startsWith("DJL_");
  }

  private Path recorder() throws IOException, InterruptedException {
    Path source = temp.resolve("connections.c");
    Path library = temp.resolve("libconnections.so");
    try (InputStream in =
        Objects.requireNonNull(PrivacyTest.class.getResourceAsStream("connections.c"))) {
      Files.copy(in, source);
    }
    Process compiler =
        new ProcessBuilder("cc", "-shared", "-fPIC", "-o", "" + library, "" + source, "-ldl")
            .inheritIO()
            .start();
    assertEquals(0, compiler.waitFor(), "a C compiler is needed");
    return library;
  }

  /** What is in the home and the temporary directory after the process. */
  private List<Path> left() throws IOException {
    List<Path> left = new ArrayList<>();
    for (Path directory : List.of(home, temporary)) {
      try (Stream<Path> files = Files.list(directory)) {
        files.forEach(left::add);
      }
    }
    return left;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
