package io.deltaport.converter;

import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.model.ModelGraph;
import io.deltaport.converter.model.ModelGraph.Taps;
import io.deltaport.converter.model.MtpGraph;
import io.deltaport.converter.model.StateLayers;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.GraphWriter;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Weight;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.loader.Checkpoint;
import io.deltaport.loader.Problem;
import io.deltaport.loader.directory.FileEntry;
import io.deltaport.loader.directory.Manifest;
import io.deltaport.loader.directory.Manifest.WeightFiles;
import io.deltaport.loader.directory.ManifestJson;
import io.deltaport.loader.directory.ModelDirectory;
import io.deltaport.loader.tensor.Shard;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Fills the directory of one conversion: weights, graphs, side files, manifest. */
final class ConversionRun {
  private static final String TOOL = "deltaport";

  private final Conversion conversion;
  private final Checkpoint checkpoint;
  private final WeightPlan weights;
  private final Path directory;
  private final Progress progress;

  ConversionRun(
      Conversion conversion,
      Checkpoint checkpoint,
      WeightPlan weights,
      Path directory,
      Progress progress) {
    this.conversion = conversion;
    this.checkpoint = checkpoint;
    this.weights = weights;
    this.directory = directory;
    this.progress = progress;
  }

  /** Writes everything into the directory. */
  ConversionReport write(ConversionPlan plan) {
    List<Shard> shards = usedShards();
    WeightFolder folder = WeightFolder.place(shards, conversion.weights(), directory, progress);
    PlacedWeights placed = placed(shards, folder);
    List<FileEntry> files =
        new ArrayList<>(FileEntries.weights(shards, folder, hashing(), progress));
    Taps taps = conversion.has(Option.TAPS) ? Taps.ALL : Taps.NONE;
    files.add(graph(ModelDirectory.MODEL, ModelGraph.of(checkpoint.config(), placed, taps)));
    if (conversion.has(Option.MTP)) {
      files.add(graph(ModelDirectory.MTP, MtpGraph.of(checkpoint.config(), placed)));
    }
    SideFiles.copy(checkpoint, directory)
        .forEach(name -> files.add(FileEntries.small(directory.resolve(name))));
    write(manifest(folder, files));
    return new ConversionReport(
        conversion.destination(), folder.files(), bytesWritten(folder, files), notes(folder), plan);
  }

  private List<Shard> usedShards() {
    Set<String> used =
        weights.weights().values().stream()
            .flatMap(Weight::parts)
            .map(Part::file)
            .collect(Collectors.toSet());
    return checkpoint.shards().stream().filter(shard -> used.contains(shard.name())).toList();
  }

  private PlacedWeights placed(List<Shard> shards, WeightFolder folder) {
    SortedMap<String, Long> bytes = new TreeMap<>();
    SortedMap<String, String> names = new TreeMap<>();
    for (Shard shard : shards) {
      names.put(shard.name(), folder.nameOf(shard));
      bytes.put(folder.nameOf(shard), shard.bytes());
    }
    SortedMap<String, Weight> placed = new TreeMap<>();
    weights.weights().forEach((name, weight) -> placed.put(name, weight.in(names)));
    return new PlacedWeights(placed, bytes, List.of());
  }

  private FileEntries.Hashing hashing() {
    return conversion.has(Option.HASH) ? FileEntries.Hashing.WHOLE : FileEntries.Hashing.PAGES;
  }

  private FileEntry graph(String name, Graph graph) {
    Path file = directory.resolve(name);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      new GraphWriter(TOOL, Version.get()).write(graph, out);
    } catch (IOException e) {
      throw failed(name, e);
    }
    return FileEntries.small(file);
  }

  private Manifest manifest(WeightFolder folder, List<FileEntry> files) {
    return new Manifest(
        Manifest.FORMAT,
        TOOL + " " + Version.get(),
        sourceName(),
        folder.files(),
        folder.reference().orElse(null),
        conversion.has(Option.TAPS),
        files,
        PrecisionRules.of(weights.weights().values()),
        new Manifest.State(StateLayers.of(checkpoint.config(), Converter.mtp(conversion))));
  }

  private String sourceName() {
    return String.valueOf(conversion.source().toAbsolutePath().normalize().getFileName());
  }

  private void write(Manifest manifest) {
    try {
      Files.writeString(directory.resolve(Manifest.NAME), ManifestJson.write(manifest));
    } catch (IOException e) {
      throw failed(Manifest.NAME, e);
    }
  }

  private static long bytesWritten(WeightFolder folder, List<FileEntry> files) {
    return files.stream()
        .filter(file -> folder.files() == WeightFiles.COPY || !file.holdsWeights())
        .mapToLong(FileEntry::bytes)
        .sum();
  }

  private List<String> notes(WeightFolder folder) {
    return folder.files() == WeightFiles.REFERENCE
            && conversion.weights() == Conversion.WeightsMode.AUTO
        ? List.of("hard links are not possible here, so the weights stay in " + folder.path())
        : List.of();
  }

  private static ConverterException failed(String name, IOException e) {
    return new ConverterException(new Problem(name, "a file that can be written", e.toString()), e);
  }
}
