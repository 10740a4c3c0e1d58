package io.deltaport.converter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.Conversion.WeightsMode;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Transform;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.directory.Manifest.WeightFiles;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.Progress;
import io.deltaport.loader.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConverterTest {
  private static final Path KJV = Fixtures.fixture("kjv-tiny");
  private static final String SHARD = "model-00001-of-00004.safetensors";

  @TempDir Path temporary;
  private Path model;

  @BeforeEach
  void destination() {
    model = temporary.resolve("out").resolve("model");
  }

  static Stream<Path> cases() throws Exception {
    try (Stream<Path> cases = Files.list(Fixtures.fixture("cases"))) {
      return cases.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyCaseIsConvertedAndOpens(Path source) {
    convert(Conversion.of(source, model).with(Option.TAPS));
    assertTrue(ModelDirectory.open(model).manifest().taps());
  }

  @Test
  void noWeightByteIsCopied() throws Exception {
    ConversionReport report = convert(Conversion.of(KJV, model));
    assertEquals(WeightFiles.LINK, report.weights());
    assertEquals(inode(KJV.resolve(SHARD)), inode(model.resolve(SHARD)));
  }

  @Test
  @DisplayName("pitfall 23: mtp.* is dropped by a stated row and counted")
  void theMtpHeadIsDroppedAndCounted() {
    WeightPlan.Line dropped =
        Converter.plan(Conversion.of(KJV, model).build()).rows().stream()
            .filter(line -> line.row().transform() == Transform.DROP)
            .findFirst()
            .orElseThrow();
    assertEquals("mtp.*", dropped.row().source());
    assertEquals(65, dropped.tensors());
    assertFalse(Files.exists(model));
  }

  @Test
  @DisplayName("pitfall 23: mtp.* is used where asked for, with a layer of its own in the pool")
  void theMtpHeadGetsItsGraph() {
    convert(Conversion.of(KJV, model).with(Option.MTP));
    ModelDirectory directory = ModelDirectory.open(model);
    assertTrue(directory.mtpGraph().isPresent());
    assertEquals(9, directory.manifest().state().layers().size());
  }

  @Test
  void theSameConversionGivesTheSameBytes() throws Exception {
    Path other = temporary.resolve("other");
    convert(Conversion.of(KJV, model));
    convert(Conversion.of(KJV, other));
    for (String name : List.of("model.onnx", "deltaport.json", "config.json")) {
      assertArrayEquals(
          Files.readAllBytes(model.resolve(name)), Files.readAllBytes(other.resolve(name)), name);
    }
  }

  @Test
  void furtherChatTemplatesComeAlong() throws Exception {
    Path source = temporary.resolve("source");
    Path folder = Files.createDirectories(source.resolve("additional_chat_templates"));
    Files.writeString(folder.resolve("rag.jinja"), "{{ messages }}");
    try (Stream<Path> files = Files.list(KJV)) {
      for (Path file : files.toList()) {
        Files.createLink(source.resolve(file.getFileName()), file);
      }
    }
    convert(Conversion.of(source, model));
    assertEquals(
        "{{ messages }}",
        Files.readString(model.resolve("additional_chat_templates").resolve("rag.jinja")));
    ModelDirectory.Verification whole =
        ModelDirectory.verify(model, ModelDirectory.Depth.FULL, n -> {});
    assertEquals(List.of(), whole.problems());
    Files.writeString(
        model.resolve("additional_chat_templates").resolve("rag.jinja"), "{{ message }}");
    assertEquals(
        1, ModelDirectory.verify(model, ModelDirectory.Depth.PAGES, n -> {}).problems().size());
  }

  @Test
  void copiesAreSelfContained() throws Exception {
    ConversionReport report = convert(Conversion.of(KJV, model).weights(WeightsMode.COPY));
    assertEquals(WeightFiles.COPY, report.weights());
    assertFalse(inode(KJV.resolve(SHARD)).equals(inode(model.resolve(SHARD))));
    assertArrayEquals(
        Files.readAllBytes(KJV.resolve(SHARD)), Files.readAllBytes(model.resolve(SHARD)));
  }

  @Test
  void referencesNameTheFolder() throws Exception {
    convert(Conversion.of(KJV, model).weights(WeightsMode.REFERENCE));
    assertEquals(KJV.toRealPath(), ModelDirectory.open(model).weightFolder());
    assertFalse(Files.exists(model.resolve(SHARD)));
  }

  @Test
  void referencesToACachePointAtItsBlobs() throws Exception {
    Path blobs = Files.createDirectories(temporary.resolve("models--a--b/blobs"));
    Path snapshot = Files.createDirectories(temporary.resolve("models--a--b/snapshots/rev"));
    String hash = "ab".repeat(32);
    Path source = Fixtures.fixture("cases").resolve("steps");
    Files.copy(source.resolve("model.safetensors"), blobs.resolve(hash));
    Files.createSymbolicLink(
        snapshot.resolve("model.safetensors"), Path.of("../../blobs").resolve(hash));
    Files.copy(source.resolve("config.json"), snapshot.resolve("config.json"));
    convert(Conversion.of(snapshot, model).weights(WeightsMode.REFERENCE));
    ModelDirectory directory = ModelDirectory.open(model);
    assertEquals(blobs.toRealPath(), directory.weightFolder());
    assertEquals(hash, directory.manifest().files().get(0).name());
    assertEquals(hash, directory.manifest().files().get(0).sha256());
  }

  @Test
  void hashReadsWholeFiles() {
    convert(Conversion.of(KJV, model).with(Option.HASH));
    assertEquals(
        List.of(), ModelDirectory.verify(model, ModelDirectory.Depth.FULL, n -> {}).unhashed());
  }

  @Test
  void nothingIsOverwrittenUnasked() throws Exception {
    convert(Conversion.of(KJV, model));
    ConverterException e =
        assertThrows(ConverterException.class, () -> convert(Conversion.of(KJV, model)));
    assertTrue(String.valueOf(e.getMessage()).contains("expected nothing there"));
    assertTrue(Files.exists(model.resolve("model.onnx")));
  }

  @Test
  void aModelDirectoryIsReplacedWhenForced() throws Exception {
    convert(Conversion.of(KJV, model));
    convert(Conversion.of(KJV, model).with(Option.FORCE).with(Option.TAPS));
    assertTrue(ModelDirectory.open(model).manifest().taps());
    assertOnlyModelIsLeft();
  }

  @Test
  void anotherDirectoryIsNotReplacedEvenWhenForced() throws Exception {
    Files.createDirectories(model);
    Files.writeString(model.resolve("thesis.txt"), "years of work");
    assertThrows(
        ConverterException.class, () -> convert(Conversion.of(KJV, model).with(Option.FORCE)));
    assertEquals("years of work", Files.readString(model.resolve("thesis.txt")));
  }

  @Test
  void theCheckpointItselfIsNeverTheDestination() {
    assertThrows(
        ConverterException.class, () -> convert(Conversion.of(KJV, KJV).with(Option.FORCE)));
    assertTrue(Files.exists(KJV.resolve(SHARD)));
  }

  @Test
  @DisplayName("pitfall 30: a failed conversion leaves no half output")
  void aFailedConversionLeavesNothing() throws Exception {
    Path source = copyOf("steps");
    Files.delete(source.resolve("config.json"));
    assertThrows(CheckpointException.class, () -> convert(Conversion.of(source, model)));
    assertFalse(Files.exists(model));

    Path large = copyOf("steps");
    Files.write(large.resolve("tokenizer.json"), new byte[100_000_001]);
    assertThrows(ConverterException.class, () -> convert(Conversion.of(large, model)));
    try (Stream<Path> left = Files.list(temporary.resolve("out"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  @DisplayName("pitfall 30: what a killed conversion left is cleared away")
  void aKilledConversionIsClearedAway() throws Exception {
    Path partial = Files.createDirectories(model.resolveSibling(".model.partial"));
    Files.writeString(partial.resolve("model.onnx"), "half a graph");
    convert(Conversion.of(KJV, model));
    ModelDirectory.open(model);
    assertOnlyModelIsLeft();
  }

  @Test
  void weightsOfTheSamePrecisionAreKept() {
    assertEquals(
        WeightFiles.LINK, convert(Conversion.of(KJV, model).precision(Precision.BF16)).weights());
  }

  @Test
  void referencedWeightsAreNotRewritten() {
    Conversion.Builder conversion =
        Conversion.of(KJV, model).weights(WeightsMode.REFERENCE).precision(Precision.F32);
    assertThrows(ConverterException.class, () -> convert(conversion));
    assertFalse(Files.exists(model));
  }

  @Test
  void parametersAreCounted() {
    ParameterCount count = Converter.plan(Conversion.of(KJV, model).build()).parameters();
    assertEquals(new ParameterCount(4_554_352, 262_144, 3_145_728, 786_432), count);
    assertEquals(1_932_912, count.active());
  }

  private Path copyOf(String name) throws Exception {
    Path copy = Files.createTempDirectory(temporary, name);
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(Fixtures.fixture("cases").resolve(name).resolve(file), copy.resolve(file));
    }
    return copy;
  }

  private void assertOnlyModelIsLeft() throws Exception {
    try (Stream<Path> left = Files.list(model.getParent())) {
      assertEquals(List.of(model), left.toList());
    }
  }

  private static ConversionReport convert(Conversion.Builder conversion) {
    return Converter.convert(conversion.build(), Progress.NONE);
  }

  private static Object inode(Path path) throws Exception {
    return Files.getAttribute(path, "unix:ino");
  }
}
