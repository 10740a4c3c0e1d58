package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.Conversion;
import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.Converter;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.Progress;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Tensor;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Conversions to fewer bits: every case becomes a model that runs, and roles decide what stays. */
class PrecisionsTest {
  private static final List<Precision> FEWER =
      List.of(Precision.INT8, Precision.INT4, Precision.MIXED);

  @TempDir private Path directory;

  static Stream<Arguments> cases() {
    return Fixtures.all().stream()
        .filter(path -> !path.getFileName().toString().startsWith("act-"))
        .flatMap(
            path ->
                FEWER.stream().map(precision -> Arguments.of(path.getFileName(), precision, path)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void everyCaseConvertsAndRuns(Path name, Precision precision, Path source) {
    Path converted = convert(source, precision);
    try (Model model = Model.open(converted, ModelOptions.DEFAULT.withThreads(1));
        Sequence sequence = model.newSequence()) {
      boolean logits = model.outputs().contains("logits");
      Step step = Step.of(sequence, Logits.tokens(model, 5, 1));
      try (StepResult result =
          model.run(
              List.of(logits ? step.logits(RowSelection.ALL) : step.hidden(RowSelection.ALL)))) {
        FloatBuffer row =
            (logits ? result.get(0).logits() : result.get(0).lastHiddenState()).row(4);
        while (row.hasRemaining()) {
          assertTrue(Float.isFinite(row.get()), name.toString());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "INT4", "MIXED"})
  void whatIsSensitiveStays(Precision precision) {
    Map<String, Tensor> dense = tensors(convert(Fixtures.chatTiny(), precision));
    for (String name : List.of("in_proj_a.weight", "in_proj_b.weight", "layernorm.weight")) {
      assertKept(dense, name);
    }
    assertTrue(
        dense.entrySet().stream()
            .filter(tensor -> tensor.getKey().endsWith("in_proj_qkv.weight"))
            .noneMatch(tensor -> tensor.getValue().dtype() == DType.BF16));
    Map<String, Tensor> sparse = tensors(convert(Fixtures.named("qwen35-moe-official"), precision));
    for (String name :
        List.of(
            "in_proj_a.weight", "in_proj_b.weight", ".gate.weight", "shared_expert_gate.weight")) {
      assertKept(sparse, name);
    }
  }

  private static void assertKept(Map<String, Tensor> tensors, String end) {
    List<Tensor> found =
        tensors.entrySet().stream()
            .filter(tensor -> tensor.getKey().endsWith(end))
            .map(Map.Entry::getValue)
            .toList();
    assertTrue(!found.isEmpty(), end);
    found.forEach(tensor -> assertEquals(DType.BF16, tensor.dtype(), tensor.name()));
  }

  private Path convert(Path source, Precision precision) {
    Path converted = directory.resolve(source.getFileName() + "-" + precision);
    Converter.convert(Conversion.of(source, converted).precision(precision).build(), Progress.NONE);
    return converted;
  }

  private static Map<String, Tensor> tensors(Path directory) {
    ModelDirectory model = ModelDirectory.open(directory);
    Map<String, Tensor> tensors = new TreeMap<>();
    model.manifest().files().stream()
        .filter(FileEntry::holdsWeights)
        .map(file -> SafetensorsFile.read(model.weightFolder().resolve(file.name())))
        .forEach(file -> tensors.putAll(file.tensors()));
    return tensors;
  }
}
