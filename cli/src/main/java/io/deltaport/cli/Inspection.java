package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.Conversion;
import io.deltaport.converter.Converter;
import io.deltaport.converter.ModelSize;
import io.deltaport.converter.PlanSummary;
import io.deltaport.converter.family.Families;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.tensor.Tensor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code inspect} shows.
 *
 * @param path what was inspected
 * @param manifest of a model directory, none of a checkpoint
 * @param size of the model that it holds
 * @param tensors of all weight files
 * @param plan of a conversion of a checkpoint, none of a model directory
 */
record Inspection(
    Path path,
    ModelConfig config,
    Optional<Manifest> manifest,
    ModelSize size,
    List<Tensor> tensors,
    Optional<PlanSummary> plan) {
  Inspection {
    tensors = List.copyOf(tensors);
  }

  static Inspection of(Path path) {
    return ModelDirectory.is(path) ? ofModel(path) : ofCheckpoint(path);
  }

  private static Inspection ofCheckpoint(Path path) {
    Checkpoint checkpoint = Checkpoint.open(path);
    PlanSummary plan = Converter.plan(Conversion.of(path, path).build());
    return new Inspection(
        path,
        Families.config(checkpoint.config()),
        Optional.empty(),
        ModelSize.of(plan),
        List.copyOf(checkpoint.tensors().values()),
        Optional.of(plan));
  }

  private static Inspection ofModel(Path path) {
    ModelDirectory directory = ModelDirectory.open(path);
    return new Inspection(
        path,
        Families.config(directory.config()),
        Optional.of(directory.manifest()),
        ModelSize.of(directory),
        tensors(directory),
        Optional.empty());
  }

  void print(PrintWriter out) {
    out.println("model         " + path + (manifest.isPresent() ? "" : ", a checkpoint"));
    manifest.ifPresent(
        made ->
            out.printf(
                "converted     from %s by %s, weights by %s%s%n",
                made.source(),
                made.tool(),
                made.weights().name().toLowerCase(Locale.ROOT),
                made.taps() ? ", with taps" : ""));
    ConfigSummary.print(out, config);
    SizeSummary.print(out, size);
    out.printf(
        "tensors       %d in %d files: %s%n", tensors.size(), files(), String.join(", ", types()));
    config.source().defaultsUsed().forEach(line -> out.println("default used  " + line));
    config.source().keysIgnored().forEach(key -> out.println("ignored       config.json: " + key));
    plan.ifPresent(
        made -> {
          made.dropped().forEach(line -> out.println("ignored       " + ignored(line)));
          made.notes().forEach(note -> out.println("note          " + note));
        });
  }

  private static String ignored(WeightPlan.Line line) {
    return "%d tensors %s: %s".formatted(line.tensors(), line.row().source(), line.row().target());
  }

  void printTensors(PrintWriter out) {
    for (Tensor tensor : tensors) {
      out.printf(
          "%s  %s %s  %s: %d, %d bytes%n",
          tensor.name(),
          tensor.dtype(),
          tensor.shape(),
          tensor.shard().name(),
          tensor.offset(),
          tensor.bytes());
    }
  }

  ObjectNode json() {
    ObjectNode object = Json.object();
    object.put("path", path.toString());
    object.put("kind", manifest.isPresent() ? "model" : "checkpoint");
    ConfigSummary.put(object, config);
    SizeSummary.put(object, size);
    object.put("files", files());
    object.put("tensor_count", tensors.size());
    types().forEach(object.putArray("tensor_types")::add);
    plan.ifPresent(
        made -> {
          ArrayNode ignored = object.putArray("tensors_ignored");
          for (WeightPlan.Line line : made.dropped()) {
            ObjectNode entry = ignored.addObject();
            entry.put("names", line.row().source());
            entry.put("tensors", line.tensors());
            entry.put("reason", line.row().target());
          }
          made.notes().forEach(object.putArray("notes")::add);
        });
    return object;
  }

  void putTensors(ObjectNode object) {
    ArrayNode list = object.putArray("tensors");
    for (Tensor tensor : tensors) {
      ObjectNode entry = list.addObject();
      entry.put("name", tensor.name());
      entry.put("dtype", tensor.dtype().name());
      tensor.shape().dims().forEach(entry.putArray("shape")::add);
      entry.put("file", tensor.shard().name());
      entry.put("offset", tensor.offset());
      entry.put("bytes", tensor.bytes());
    }
  }

  private long files() {
    return tensors.stream().map(tensor -> tensor.shard().name()).distinct().count();
  }

  private List<String> types() {
    return tensors.stream().map(tensor -> tensor.dtype().name()).distinct().sorted().toList();
  }

  private static List<Tensor> tensors(ModelDirectory directory) {
    return directory.manifest().files().stream()
        .filter(FileEntry::holdsWeights)
        .map(file -> SafetensorsFile.read(directory.weightFolder().resolve(file.name())))
        .flatMap(file -> file.tensors().values().stream())
        .toList();
  }
}
