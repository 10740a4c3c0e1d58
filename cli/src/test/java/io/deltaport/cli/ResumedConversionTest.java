package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.safetensors.SafetensorsWriter;
import io.deltaport.loader.safetensors.TensorSpec;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Conversions of a checkpoint of 150 MB in processes of 48 MB of heap, some of them killed. */
class ResumedConversionTest {
  private static final Path SMALL = Path.of("../fixtures/cases/no-experts");
  private static final long VOCAB = 2_100_000;
  private static final String SHARD = "deltaport-00001-of-00001.safetensors";

  @TempDir private Path temp = Path.of("");
  private Path checkpoint = Path.of("");
  private Path model = Path.of("");

  @BeforeEach
  void makeCheckpoint() throws Exception {
    checkpoint = Files.createDirectory(temp.resolve("checkpoint"));
    model = temp.resolve("model");
    ObjectMapper json = new ObjectMapper();
    ObjectNode config = (ObjectNode) json.readTree(SMALL.resolve("config.json").toFile());
    config.put("vocab_size", VOCAB);
    json.writeValue(checkpoint.resolve("config.json").toFile(), config);
    Path file = checkpoint.resolve("model.safetensors");
    List<TensorSpec> specs =
        SafetensorsFile.read(SMALL.resolve("model.safetensors")).tensors().values().stream()
            .map(ResumedConversionTest::larger)
            .toList();
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, specs, Map.of())) {
      fill(writer);
    }
  }

  @Test
  @DisplayName("pitfall 30: a model larger than the heap is rewritten, and a killed run is resumed")
  void aKilledConversionGoesOnAndGivesTheSameBytes() throws Exception {
    Path whole = temp.resolve("whole");
    Cli uninterrupted = process("first").run(command(whole, "int8"));
    assertEquals(0, uninterrupted.code(), uninterrupted.err());

    kill("second");
    assertFalse(Files.exists(model), "half output under its final name");
    Cli resumed = process("third").run(command(model, "int8"));
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.out().contains("went on where an earlier conversion"), resumed.out());
    assertEquals(-1, Files.mismatch(whole.resolve(SHARD), model.resolve(SHARD)));
    assertEquals(
        -1, Files.mismatch(whole.resolve("deltaport.json"), model.resolve("deltaport.json")));
  }

  @Test
  void anotherCommandBeginsAnewAndSaysSo() throws Exception {
    kill("first");
    Cli other = process("second").run(command(model, "bf16", "--override", "lm_head.weight=int8"));
    assertEquals(0, other.code(), other.err());
    assertTrue(other.out().contains("began anew"), other.out());
  }

  @Test
  void aShardThatWasCutShortIsNotGoneOnWith() throws Exception {
    kill("first");
    Path shard = temp.resolve(".model.partial").resolve(SHARD);
    try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - 1);
    }
    Cli anew = process("second").run(command(model, "int8"));
    assertEquals(0, anew.code(), anew.err());
    assertTrue(anew.out().contains("began anew"), anew.out());
  }

  @Test
  void aShardThatIsNotAsItWasWrittenIsRedone() throws Exception {
    kill("first");
    Path shard = temp.resolve(".model.partial").resolve(SHARD);
    // The first weight, which is done.
    long at = SafetensorsFile.read(shard).tensor("lm_head.weight").offset();
    try (FileChannel channel = FileChannel.open(shard, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(4096), at);
    }
    Cli resumed = process("second").run(command(model, "int8"));
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.out().contains("no longer as they were written"), resumed.out());
    assertEquals(0, Cli.run("verify", "" + model, "--full").code());
  }

  /**
   * Kills a conversion once its journal says that a weight is done; one that was over before is
   * tried again.
   */
  private void kill(String name) throws Exception {
    Path partial = temp.resolve(".model.partial");
    Path journal = partial.resolve("journal");
    for (int attempt = 1; attempt <= 10; attempt++) {
      Process process = process(name + attempt).start(command(model, "int8"));
      while (process.isAlive() && !begun(journal)) {
        Thread.sleep(1);
      }
      process.destroyForcibly().waitFor();
      if (begun(journal) && !Files.exists(model)) {
        return;
      }
      delete(model);
      delete(partial);
    }
    fail("no conversion was killed in its midst");
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static boolean begun(Path journal) throws IOException {
    try {
      return Files.readAllLines(journal).size() > 1;
    } catch (java.nio.file.NoSuchFileException e) {
      return false;
    }
  }

  private String[] command(Path destination, String precision, String... more) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of("convert", "" + checkpoint, "" + destination, "--precision", precision));
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  private ChildProcess process(String name) throws Exception {
    return new ChildProcess(Files.createDirectory(temp.resolve(name))).with("-Xmx48m");
  }

  private static TensorSpec larger(Tensor tensor) {
    boolean table =
        tensor.name().endsWith("embed_tokens.weight") || tensor.name().startsWith("lm_");
    return new TensorSpec(
        tensor.name(),
        tensor.dtype(),
        table ? Shape.of(VOCAB, tensor.shape().dim(1)) : tensor.shape());
  }

  /** Fills the tensors with numbers below two. */
  private static void fill(SafetensorsWriter writer) {
    ByteBuffer numbers = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(11);
    while (numbers.hasRemaining()) {
      numbers.putShort((short) (random.nextInt(0x4000) | random.nextInt(2) << 15));
    }
    for (Tensor tensor : writer.tensors()) {
      for (long done = 0; done < tensor.bytes(); done += numbers.capacity()) {
        int length = (int) Math.min(numbers.capacity(), tensor.bytes() - done);
        writer.write(numbers.slice(0, length));
      }
    }
  }
}
