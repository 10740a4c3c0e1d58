package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code inspect}, {@code convert}, {@code verify}, {@code parity}, {@code perplexity}, {@code
 * template}.
 */
class ChecksTest {
  @TempDir private Path temp = Path.of("");

  @Test
  void inspectCountsParametersAlikeBeforeAndAfterConversion() {
    JsonNode checkpoint = Cli.run("inspect", Cli.MODEL, "--json").json();
    assertEquals("Qwen3NextForCausalLM", checkpoint.get("architecture").textValue());
    assertEquals(4_554_352, checkpoint.get("parameters").get("total").longValue());
    assertEquals(1_932_912, checkpoint.get("parameters").get("active").longValue());
    assertEquals("checkpoint", checkpoint.get("kind").textValue());
    convert();
    JsonNode model = Cli.run("inspect", model(), "--json", "--tensors").json();
    assertEquals(checkpoint.get("parameters"), model.get("parameters"));
    assertEquals(checkpoint.get("memory"), model.get("memory"));
    assertEquals("model", model.get("kind").textValue());
    assertEquals(model.get("tensor_count").intValue(), model.get("tensors").size());
    String text = Cli.run("inspect", Cli.MODEL).done();
    assertTrue(text.contains("16 of 64, 4 a token"), text);
  }

  @Test
  void inspectNamesTheDefaultsItUsed() throws IOException {
    Path copy = copyOfKjv();
    Path config = copy.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("  \"rms_norm_eps\": 1e-06,\n", ""));
    String text = Cli.run("inspect", copy.toString()).done();
    assertTrue(text.contains("default used  rms_norm_eps = "), text);
    JsonNode used = Cli.run("inspect", copy.toString(), "--json").json().get("defaults_used");
    assertTrue(used.toString().contains("rms_norm_eps = "), used.toString());
  }

  @Test
  void rewrittenWeightsAreCountedWithoutTheGapsBetweenThem() {
    Cli.run("convert", Cli.MODEL, model(), "--precision", "f32").done();
    JsonNode memory = Cli.run("inspect", model(), "--json").json().get("memory");
    assertEquals(4 * 4_554_352, memory.get("weight_bytes").longValue());
  }

  @Test
  void convertedModelsVerifyUntilTheyAreChanged() throws IOException {
    JsonNode made =
        Cli.run("convert", Cli.MODEL, model(), "--weights", "copy", "--hash", "--json").json();
    assertEquals("copy", made.get("weights").textValue());
    assertEquals(4_554_352, made.get("parameters").get("total").longValue());
    assertTrue(Cli.run("verify", model(), "--full").done().endsWith(": as converted\n"));
    try (RandomAccessFile file =
        new RandomAccessFile(
            temp.resolve("model/model-00001-of-00004.safetensors").toFile(), "rw")) {
      file.seek(file.length() / 2 + 5000);
      int old = file.read();
      file.seek(file.length() / 2 + 5000);
      file.write(old ^ 1);
    }
    Cli cli = Cli.run("verify", model(), "--full", "--json");
    assertEquals(1, cli.code());
    assertFalse(cli.json().get("passed").booleanValue());
    assertTrue(cli.json().get("problems").get(0).textValue().startsWith("model-00001-of-00004"));
    assertEquals(1, Cli.run("verify", model(), "--full").code());
  }

  @Test
  void aDryRunWritesNothing() throws IOException {
    String plan = Cli.run("convert", Cli.MODEL, model(), "--dry-run").done();
    assertTrue(plan.contains("mtp.*: dropped, the multi-token-prediction head"), plan);
    assertEquals(
        27,
        Cli.run("convert", Cli.MODEL, model(), "--dry-run", "--json").json().get("rows").size());
    assertEquals(List.of(), files(temp));
  }

  @Test
  void aFailedConversionLeavesNothing() throws IOException {
    Path broken = copyOfKjv();
    try (RandomAccessFile shard =
        new RandomAccessFile(broken.resolve("model-00002-of-00004.safetensors").toFile(), "rw")) {
      shard.setLength(shard.length() - 1);
    }
    Cli.run("convert", broken.toString(), model()).failed("model-00002-of-00004.safetensors");
    assertEquals(List.of(broken), files(temp));
    convert();
    Cli.run("convert", Cli.MODEL, model()).failed("model");
    assertEquals(0, Cli.run("convert", Cli.MODEL, model(), "--force").code());
  }

  @Test
  void parityPassesAndFindsADifference() throws IOException {
    JsonNode report = Cli.run("parity", Cli.MODEL, "--json").json();
    assertTrue(report.get("passed").booleanValue());
    assertEquals(0, report.get("failed").intValue());
    Path reference = temp.resolve("reference.safetensors");
    byte[] bytes = Files.readAllBytes(Cli.KJV.resolve("reference.safetensors"));
    // The high byte of a float32 near the end of the data.
    bytes[bytes.length - 4 * 4096 - 1] ^= 0x20;
    Files.write(reference, bytes);
    Cli cli = Cli.run("parity", Cli.MODEL, reference.toString());
    assertEquals(1, cli.code(), cli.out() + cli.err());
    assertTrue(cli.out().contains("FAILED"), cli.out());
    assertEquals(1, Cli.run("parity", Cli.MODEL, reference.toString(), "--json").code());
  }

  @Test
  void aMisspeltTensorOfTheReferenceIsNamedAndADifference() throws IOException {
    byte[] bytes = Files.readAllBytes(Cli.KJV.resolve("reference.safetensors"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Path reference = temp.resolve("reference.safetensors");
    String misspelt = text.replace("\"decode.0.logits\"", "\"decode.0.logitz\"");
    Files.write(reference, misspelt.getBytes(StandardCharsets.ISO_8859_1));
    Cli cli = Cli.run("parity", Cli.MODEL, reference.toString());
    assertEquals(1, cli.code(), cli.out() + cli.err());
    assertTrue(cli.out().contains("unknown in the reference: decode.0.logitz\n"), cli.out());
    assertTrue(cli.out().contains("FAILED"), cli.out());
  }

  @Test
  void perplexityMeasuresAndCompares() throws IOException {
    String text = Files.readString(Cli.KJV.resolve("heldout.txt")).substring(0, 3000);
    JsonNode json =
        Cli.runWith(text, "perplexity", Cli.MODEL, "-", "--against", Cli.MODEL, "--json").json();
    assertEquals(0, json.get("kl_mean").doubleValue());
    assertEquals(0, json.get("kl_p999").doubleValue());
    assertEquals(1, json.get("top1_agreement").doubleValue());
    assertEquals(16, json.get("bits_per_weight").doubleValue());
    Cli alone = Cli.runWith(text, "perplexity", Cli.MODEL, "-");
    String perplexity = "perplexity       %.4f\n".formatted(json.get("perplexity").doubleValue());
    assertTrue(alone.done().startsWith(perplexity), alone.out());
    JsonNode unpaired = Cli.runWith(text, "perplexity", Cli.MODEL, "-", "--json").json();
    assertTrue(unpaired.get("kl_mean").isNull());
  }

  @Test
  void templatePrintsTheTextAndNothingElse() throws IOException {
    JsonNode chat = Cli.reference().get("chat");
    String request =
        "{\"messages\": %s, \"add_generation_prompt\": true}".formatted(chat.get("messages"));
    assertEquals(chat.get("text").textValue(), Cli.runWith(request, "template", Cli.MODEL).done());
    Path file = temp.resolve("clock.jinja");
    Files.writeString(file, "{{ strftime_now('%d %B %Y %H:%M') }}");
    Path json = Files.writeString(temp.resolve("request.json"), request);
    assertEquals(
        "15 January 2025 12:30",
        Cli.run("template", file.toString(), json.toString(), "--now", "2025-01-15T12:30").done());
    Files.writeString(file, "{{ raise_exception('no tools\nhere') }}");
    Cli.run("template", file.toString(), json.toString()).failed("no tools here");
  }

  private Path copyOfKjv() throws IOException {
    Path copy = Files.createDirectory(temp.resolve("copy"));
    for (Path file : files(Cli.KJV)) {
      Files.copy(file, copy.resolve(file.getFileName()));
    }
    return copy;
  }

  private String model() {
    return temp.resolve("model").toString();
  }

  private void convert() {
    Cli.run("convert", Cli.MODEL, model()).done();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
