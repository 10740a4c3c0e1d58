package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PrivacyTest {
  @TempDir private static Path shared = Path.of("");
  @TempDir private Path temp = Path.of("");

  static Stream<Arguments> commands() throws IOException {
    String model = Cli.KJV.toAbsolutePath().normalize().toString();
    String made = shared.resolve("model").toString();
    Cli.run("convert", model, made, "--weights", "copy").done();
    String text = Files.writeString(shared.resolve("text"), "In the beginning").toString();
    String request =
        Files.writeString(
                shared.resolve("request"),
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}")
            .toString();
    return Stream.of(
        command("inspect", model),
        command("convert", model, "made", "--dry-run"),
        command("verify", made, "--full"),
        command("parity", model),
        command("generate", model, "In the beginning", "--max-new-tokens", "4"),
        command("generate", made, "In the beginning", "--max-new-tokens", "4", "--num-beams", "2"),
        command("perplexity", model, text, "--against", made),
        command("template", model, request),
        command("doctor", model),
        command("bench", model, "--prefill", "8", "--decode", "8", "--steps", "2"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  @DisplayName("pitfall 34: a command opens no connection and leaves no file")
  void opensNoConnectionAndLeavesNoFile(String[] args) throws Exception {
    ChildProcess child = new ChildProcess(temp);
    Cli done = child.run(args);
    assertEquals(0, done.code(), done.err());
    assertEquals(List.of(), child.connections());
    assertEquals(List.of(), child.left());
  }

  @Test
  @DisplayName("Ctrl-C is exit code 130 and leaves no file")
  void interruptionLeavesNothing() throws Exception {
    ChildProcess child = new ChildProcess(temp);
    String model = Cli.KJV.toAbsolutePath().normalize().toString();
    Process process = child.start("generate", model, "In", "--max-new-tokens", "1000000");
    assertTrue(process.getInputStream().read() >= 0);
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    Cli cli = ChildProcess.finish(process);
    assertEquals(130, cli.code(), cli.err());
    assertEquals("deltaport: cancelled\n", cli.err());
    assertEquals(List.of(), child.left());
  }

  @Test
  void theTestSeesAFileThatIsLeft() throws Exception {
    ChildProcess child = new ChildProcess(temp);
    Files.createFile(temp.resolve("tmp/left"));
    assertEquals(List.of(temp.resolve("tmp/left")), child.left());
  }

  private static Arguments command(String... args) {
    return Arguments.of((Object) args);
  }
}
