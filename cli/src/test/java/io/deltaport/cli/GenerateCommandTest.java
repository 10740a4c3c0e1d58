package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateCommandTest {
  private static final String PROMPT = "And I saw a new heaven";

  @TempDir private Path temp = Path.of("");

  @Test
  void printsTheContinuationAndNothingElse() {
    JsonNode golden = Cli.reference().get("greedy").get(0);
    String text = generate("--compute", "exact", "--max-new-tokens", "48").done();
    assertEquals(golden.get("text").textValue(), text);
  }

  @Test
  void beamSearchPrintsTheTextOfTransformers() {
    JsonNode golden = Cli.reference().get("beam_search");
    String text =
        generate("--compute", "exact", "--max-new-tokens", "24", "--num-beams", "4").done();
    assertEquals(golden.get("text").textValue(), PROMPT + text);
  }

  @Test
  void readsThePromptFromStandardInputLessItsNewline() {
    String text = generate("--max-new-tokens", "8").done();
    assertEquals(
        text, Cli.runWith(PROMPT + "\n", "generate", Cli.MODEL, "--max-new-tokens", "8").done());
    assertEquals(
        text, Cli.runWith(PROMPT, "generate", Cli.MODEL, "-", "--max-new-tokens", "8").done());
  }

  @Test
  void jsonIsOneObject() {
    JsonNode json =
        generate("--json", "--max-new-tokens", "6", "--logprobs", "2", "--compute", "exact").json();
    assertEquals(6, json.get("tokens").size());
    assertEquals(6, json.get("prompt_tokens").intValue());
    assertEquals("length", json.get("stop").textValue());
    assertTrue(json.get("seed").isNull());
    assertEquals(6, json.get("logprobs").size());
    JsonNode first = json.get("logprobs").get(0);
    assertEquals(json.get("tokens").get(0), first.get("id"));
    assertEquals(2, first.get("top").size());
    assertEquals(first.get("logprob"), first.get("top").get(0).get("logprob"));
    assertTrue(first.get("logprob").doubleValue() < 0);
  }

  @Test
  void logProbabilitiesAreALineAToken() {
    List<String> lines =
        generate("--max-new-tokens", "3", "--logprobs", "2").done().lines().toList();
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).matches(" +-\\d\\.\\d{4} \",\"  \\| .*"), lines.get(0));
  }

  @Test
  void stopsBeforeAStopString() {
    JsonNode json = generate("--json", "--stop", "wake,", "--compute", "exact").json();
    assertEquals(", and a", json.get("text").textValue());
    assertEquals("stop_string", json.get("stop").textValue());
  }

  @Test
  void aSeedReproducesAndAnotherDoesNot() {
    String first = generate("--temperature", "1", "--seed", "1", "--max-new-tokens", "12").done();
    assertEquals(
        first, generate("--temperature", "1", "--seed", "1", "--max-new-tokens", "12").done());
    assertNotEquals(
        first, generate("--temperature", "1", "--seed", "2", "--max-new-tokens", "12").done());
  }

  @Test
  void aSeedOfItsOwnIsTold() {
    JsonNode drawn = generate("--temperature", "1", "--max-new-tokens", "9", "--json").json();
    String again =
        generate(
                "--temperature", "1", "--max-new-tokens", "9", "--seed", drawn.get("seed").asText())
            .done();
    assertEquals(drawn.get("text").textValue(), again);
  }

  @Test
  void aChatKeepsItsHistory() {
    String both =
        Cli.runWith(
                "Write of the sea.\n\nAnd then?\n", chat("--chat", "--system", "You are a scribe."))
            .done();
    List<String> messages = new ArrayList<>();
    messages.add(message("system", "You are a scribe."));
    messages.add(message("user", "Write of the sea."));
    String first = reply(messages);
    messages.add(message("assistant", first));
    messages.add(message("user", "And then?"));
    assertEquals(first + "\n" + reply(messages) + "\n", both);
  }

  @Test
  void aSystemMessageAloneMakesOneTurn() {
    JsonNode json =
        Cli.run(chat("Write of the sea.", "--system", "You are a scribe.", "--json")).json();
    assertEquals(
        reply(
            List.of(message("system", "You are a scribe."), message("user", "Write of the sea."))),
        json.get("content").textValue());
    assertEquals("", json.get("reasoning").textValue());
  }

  private String reply(List<String> messages) {
    try {
      Path file =
          Files.writeString(temp.resolve("messages.json"), "[" + String.join(",", messages) + "]");
      return Cli.run(chat("--messages", file.toString())).done();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String message(String role, String content) {
    return Json.object().put("role", role).put("content", content).toString();
  }

  private static String[] chat(String... options) {
    List<String> args = new ArrayList<>(List.of("generate", Cli.MODEL, "--compute", "exact"));
    args.addAll(List.of("--max-new-tokens", "12"));
    args.addAll(List.of(options));
    return args.toArray(String[]::new);
  }

  private static Cli generate(String... options) {
    List<String> args = new ArrayList<>(List.of("generate", Cli.MODEL, PROMPT));
    args.addAll(List.of(options));
    return Cli.run(args.toArray(String[]::new));
  }
}
