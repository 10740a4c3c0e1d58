package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.ReadAhead;
import io.deltaport.runtime.options.WeightMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint of 48 layers, 512 experts and 41 shards, 163 GB in length, in little memory. */
class LargeCheckpointTest {
  private static final String SCRIPT = "../fixtures/synthetic_80b.py";
  private static final long TENSORS = 75_944;
  private static final long MOST_WRITTEN = 6 << 20;

  @TempDir private static Path shared = Path.of("");
  private static Path checkpoint = Path.of("");
  @TempDir private Path temp = Path.of("");
  private Path model = Path.of("");

  @BeforeAll
  static void makeCheckpoint() throws Exception {
    checkpoint = shared.resolve("checkpoint");
    int code;
    try {
      code = new ProcessBuilder("python3", SCRIPT, "" + checkpoint).inheritIO().start().waitFor();
    } catch (IOException e) {
      abort("skipped, there is no python3");
      return;
    }
    assertEquals(0, code);
  }

  @BeforeEach
  void destination() {
    model = shared.resolve(temp.getFileName());
  }

  @Test
  @DisplayName("pitfall 30: a conversion in 700 MB of heap links every shard and writes the graph")
  void convertsWithoutCopyingAndOpensMapped() throws Exception {
    JsonNode report = convert().json();
    assertEquals("link", report.get("weights").textValue());
    assertEquals(TENSORS, tensors(report));
    List<Path> shards = shards(checkpoint);
    assertEquals(41, shards.size());
    for (Path shard : shards) {
      assertEquals(inode(shard), inode(model.resolve(shard.getFileName())), shard.toString());
    }
    assertTrue(report.get("bytes_written").longValue() < MOST_WRITTEN, report.toString());
    ModelOptions mapped = ModelOptions.DEFAULT.with(WeightMemory.MAPPED).with(ReadAhead.NONE);
    try (Model opened = Model.open(model, mapped)) {
      assertEquals(48, opened.info().numHiddenLayers());
    }
  }

  @Test
  void aDryRunSaysWhatIsNeededAndWritesNothing() throws Exception {
    JsonNode plan = convert("--dry-run").json();
    assertEquals(TENSORS, tensors(plan));
    assertEquals(0, plan.get("rewritten_bytes").longValue());
    assertEquals(79_674_391_296L, plan.get("parameters").get("total").longValue());
    assertEquals(159_348_782_592L, plan.get("memory").get("weight_bytes").longValue());
    assertFalse(Files.exists(model));
  }

  private Cli convert(String... more) throws IOException, InterruptedException {
    String[] command =
        Stream.concat(
                Stream.of("convert", checkpoint.toString(), model.toString(), "--json"),
                Stream.of(more))
            .toArray(String[]::new);
    Cli done = new ChildProcess(temp).with("-Xmx700m").run(command);
    assertEquals(0, done.code(), done.err());
    return done;
  }

  private static long tensors(JsonNode report) {
    return StreamSupport.stream(report.get("rows").spliterator(), false)
        .mapToLong(row -> row.get("tensors").longValue())
        .sum();
  }

  private static List<Path> shards(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }
}
