package io.deltaport.converter.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewriterTest {
  private static final String FILE = "deltaport-00001-of-00001.safetensors";

  @TempDir Path temporary;
  private final Checkpoint checkpoint = Checkpoint.open(Path.of("..", "fixtures", "kjv-tiny"));

  @Test
  void valuesAreWidenedExactly() throws Exception {
    Path directory = Files.createDirectory(temporary.resolve("whole"));
    write(directory, 2, Long.MAX_VALUE);
    SafetensorsFile file = SafetensorsFile.read(directory.resolve(FILE));
    for (String name :
        List.of("lm_head.weight", "model.layers.3.self_attn.q_proj.weight", "model.norm.weight")) {
      Tensor made = Objects.requireNonNull(file.tensors().get(name));
      Tensor source = Objects.requireNonNull(checkpoint.tensors().get(name));
      assertEquals(DType.F32, made.dtype());
      assertEquals(0, made.offset() % 64);
      assertArrayEquals(TensorData.toFloats(source), TensorData.toFloats(made), name);
    }
  }

  @Test
  void theBytesDoNotDependOnThreadsOrBatches() throws Exception {
    Path one = Files.createDirectory(temporary.resolve("one"));
    Path many = Files.createDirectory(temporary.resolve("many"));
    write(one, 1, Long.MAX_VALUE);
    write(many, 3, 100_000);
    assertArrayEquals(
        Files.readAllBytes(one.resolve(FILE)), Files.readAllBytes(many.resolve(FILE)));
  }

  @Test
  @DisplayName("a killed conversion goes on where it was")
  void aKilledRewritingGoesOn() throws Exception {
    Path whole = Files.createDirectory(temporary.resolve("whole"));
    Path killed = Files.createDirectory(temporary.resolve("killed"));
    write(whole, 1, Long.MAX_VALUE);
    int done = kill(killed);
    List<Long> rest = new ArrayList<>();
    assertEquals(0, run(killed, 1, 1_000_000, rest::add));
    assertEquals(
        shards().rewrites().subList(0, done).stream()
            .mapToLong(rewrite -> rewrite.target().bytes())
            .sum(),
        rest.get(0));
    assertArrayEquals(
        Files.readAllBytes(whole.resolve(FILE)), Files.readAllBytes(killed.resolve(FILE)));
  }

  @Test
  void aTornShardIsNoticedAndRedone() throws Exception {
    Path whole = Files.createDirectory(temporary.resolve("whole"));
    Path killed = Files.createDirectory(temporary.resolve("killed"));
    write(whole, 1, Long.MAX_VALUE);
    int done = kill(killed);
    List<Journal.Batch> batches = Journal.of(killed, "f").batches();
    assertTrue(batches.size() > 1, batches.toString());
    int first = batches.get(0).end();
    // One bit in the second batch, and the whole header.
    byte[] bytes = Files.readAllBytes(killed.resolve(FILE));
    bytes[(int) shards().rewrites().get(first).target().data().offset()] ^= 1;
    java.util.Arrays.fill(bytes, 0, 100, (byte) 0);
    Files.write(killed.resolve(FILE), bytes);
    assertEquals(done - first, run(killed, 1, 1_000_000, n -> {}));
    assertArrayEquals(
        Files.readAllBytes(whole.resolve(FILE)), Files.readAllBytes(killed.resolve(FILE)));
  }

  /** Ends a rewriting after some batches; gives how many rewrites are noted as done. */
  private int kill(Path killed) {
    List<Long> batches = new ArrayList<>();
    assertThrows(
        IllegalStateException.class,
        () ->
            run(
                killed,
                1,
                1_000_000,
                bytes -> {
                  batches.add(bytes);
                  if (batches.stream().mapToLong(n -> n).sum() > 3_000_000) {
                    throw new IllegalStateException("killed");
                  }
                }));
    Journal journal = Journal.of(killed, "f");
    assertTrue(journal.begun());
    assertTrue(!journal.batches().isEmpty());
    return journal.batches().get(journal.batches().size() - 1).end();
  }

  @Test
  void aJournalOfAnotherConversionIsNoStart() throws Exception {
    Path directory = Files.createDirectory(temporary.resolve("other"));
    write(directory, 1, Long.MAX_VALUE);
    assertTrue(!Journal.of(directory, "another").begun());
  }

  private void write(Path directory, int threads, long batch) {
    run(directory, threads, batch, n -> {});
  }

  private int run(
      Path directory, int threads, long batch, java.util.function.LongConsumer progress) {
    try (ShardBytes in = new ShardBytes(checkpoint.shards())) {
      return new Rewriter(directory, threads, batch)
          .write(shards(), Work.PLAIN, in, Journal.of(directory, "f"), progress);
    }
  }

  private NewShards shards() {
    return NewShards.of(
        checkpoint.tensors().values().stream()
            .filter(tensor -> !tensor.name().startsWith("mtp."))
            .map(
                tensor ->
                    new StoredWeight.Plain(
                        Weight.plain(
                            tensor.name(), Role.MLP_UP.one(), Format.BF16, Part.of(tensor))))
            .map(source -> Rewrite.Encode.of(source, PlainEncoder.F32))
            .toList());
  }
}
