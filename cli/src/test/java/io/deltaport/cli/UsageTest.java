package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.Cancellation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UsageTest {
  static Stream<String> commands() {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return Deltaport.command(nowhere, nowhere, new Cancellation())
        .getSubcommands()
        .keySet()
        .stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpTeachesByExample(String command) {
    String help = Cli.run(command, "--help").done();
    assertTrue(help.contains("Examples:\n  deltaport " + command), help);
    assertTrue(help.lines().allMatch(line -> line.length() <= 100), help);
  }

  @Test
  void helpAndVersion() {
    assertTrue(Cli.run("--help").done().contains("Exit codes: 0 done"));
    assertTrue(Cli.run("--version").done().matches("deltaport \\d+\\.\\d+\\.\\d+\\S*\\R"));
  }

  static Stream<Arguments> wrong() {
    String model = Cli.MODEL;
    return Stream.of(
        wrong("a command is missing"),
        wrong("nonsense", "nonsense"),
        wrong("MODEL", "generate"),
        wrong("--nope", "inspect", model, "--nope"),
        wrong("--compute", "generate", model, "x", "--compute", "slow"),
        wrong("--device", "generate", model, "x", "--device", "tpu"),
        wrong("onnxruntime_gpu", "parity", model, "--device", "cuda"),
        wrong("--kernels", "parity", model, "--kernels", "mmx"),
        wrong("threads", "parity", model, "--threads", "-1"),
        wrong("pinning", "generate", model, "x", "--pin", "everywhere"),
        wrong("99999", "bench", model, "--pin", "99999"),
        wrong("999 threads", "perplexity", model, "x", "--threads", "999", "--pin", "auto"),
        wrong("--kv", "generate", model, "x", "--kv", "f16"),
        wrong("--experts", "generate", model, "x", "--experts", "disk"),
        wrong("slots", "generate", model, "x", "--expert-slots", "-1"),
        wrong("--max-new-tokens", "generate", model, "x", "--max-new-tokens", "many"),
        wrong("at least 1 new token", "generate", model, "x", "--max-new-tokens", "0"),
        wrong("top-p", "generate", model, "x", "--top-p", "1.5"),
        wrong("--num-beams", "generate", model, "x", "--num-beams", "2", "--seed", "1"),
        wrong("--num-beams", "generate", model, "x", "--num-beams", "2", "--presence-penalty", "1"),
        wrong("log-probabilities", "generate", model, "x", "--num-beams", "2", "--logprobs", "1"),
        wrong("stop string", "generate", model, "x", "--stop", ""),
        wrong("--chat", "generate", model, "x", "--chat", "--json"),
        wrong("list of tools", "generate", model, "x", "--tools", model + "/config.json"),
        wrong("no token", "generate", model, ""),
        wrong("nowhere", "inspect", "nowhere"),
        wrong("nowhere", "generate", "nowhere", "x"),
        wrong("nowhere.txt", "perplexity", model, "nowhere.txt"),
        wrong("regular file", "perplexity", model, "/dev/zero"),
        wrong("nowhere.safetensors", "parity", model, "nowhere.safetensors"),
        wrong("deltaport.json", "verify", model),
        wrong("config.json", "convert", "src", "target/never"),
        wrong("--override x=bf16", "convert", model, "target/never", "--keep", "x=bf16"),
        wrong("nowhere.json", "template", model, "nowhere.json"),
        wrong("--now", "template", model, "-", "--now", "yesterday"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongIsOneLineAndExitCode2(String part, String[] args) {
    Cli.runWith("{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}", args).failed(part);
  }

  @Test
  void verboseShowsWhere() {
    Cli cli = Cli.run("inspect", "nowhere", "--verbose");
    assertEquals(2, cli.code());
    assertTrue(cli.err().contains("\tat io.deltaport"), cli.err());
    assertTrue(cli.err().lines().reduce((a, b) -> b).orElse("").startsWith("deltaport: "));
  }

  private static Arguments wrong(String part, String... args) {
    return Arguments.of(part, args);
  }
}
