package io.deltaport.converter;

import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.calibrate.Calibration;
import io.deltaport.converter.model.LayerGraph;
import io.deltaport.converter.model.ModelFamily;
import io.deltaport.converter.model.ModelGraph;
import io.deltaport.converter.model.ModelGraph.Outputs;
import io.deltaport.converter.model.MtpGraph;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.GraphWriter;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ManifestJson;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.ModelInfo;
import io.deltaport.directory.Progress;
import io.deltaport.loader.Problem;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fills the directory of one conversion: weights, graphs, side files, manifest. */
final class ConversionRun {
  private static final String TOOL = "deltaport";

  private final ConversionPlan plan;
  private final Conversion conversion;
  private final Checkpoint checkpoint;
  private final OutputDirectory output;
  private final Path directory;
  private final Progress progress;
  private final Optional<Calibration> calibration;

  ConversionRun(
      ConversionPlan plan,
      Optional<Calibration> calibration,
      OutputDirectory output,
      Progress progress) {
    this.calibration = calibration;
    this.plan = plan;
    this.conversion = plan.conversion();
    this.checkpoint = plan.checkpoint();
    this.output = output;
    this.directory = output.path();
    this.progress = progress;
  }

  /** Writes everything into the directory. */
  ConversionReport write() {
    WeightPlacer placer = new WeightPlacer(plan, calibration, output, progress);
    Placement placement = placer.place(plan.rewrites());
    List<FileEntry> written = new ArrayList<>(graphs(placement.weights()));
    SideFiles.copy(checkpoint, directory)
        .forEach(name -> written.add(FileEntries.small(directory, name)));
    write(
        manifest(
            placement, Stream.concat(placement.entries().stream(), written.stream()).toList()));
    return new ConversionReport(
        conversion.destination(),
        placement.files(),
        placement.bytesWritten() + written.stream().mapToLong(FileEntry::bytes).sum(),
        Stream.concat(plan.notes().stream(), placement.notes().stream()).toList(),
        plan.summary());
  }

  private List<FileEntry> graphs(PlacedWeights placed) {
    ModelFamily family = plan.family();
    Outputs outputs = conversion.has(Option.TAPS) ? Outputs.HEAD_AND_STATES : Outputs.HEAD;
    List<FileEntry> graphs = new ArrayList<>();
    graphs.add(graph(ModelDirectory.MODEL, ModelGraph.of(family, plan.config(), placed, outputs)));
    if (conversion.has(Option.MTP)) {
      graphs.add(graph(ModelDirectory.MTP, MtpGraph.of(family, plan.config(), placed)));
    }
    if (conversion.has(Option.LAYERS)) {
      for (int layer = 0; layer < plan.config().layers().size(); layer++) {
        graphs.add(
            graph(
                ModelDirectory.layer(layer), LayerGraph.of(family, plan.config(), placed, layer)));
      }
    }
    placed.requireAllUsed();
    return graphs;
  }

  private FileEntry graph(String name, Graph graph) {
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(directory.resolve(name)))) {
      new GraphWriter(TOOL, Version.get()).write(graph, out);
    } catch (IOException e) {
      throw failed(name, e);
    }
    return FileEntries.small(directory, name);
  }

  private Manifest manifest(Placement placement, List<FileEntry> files) {
    return new Manifest(
        Manifest.FORMAT,
        TOOL + " " + Version.get(),
        sourceName(),
        model(plan.config()),
        placement.files(),
        placement.folder().orElse(null),
        conversion.has(Option.TAPS),
        files,
        PrecisionSummary.of(placement.weights().all()),
        plan.state());
  }

  private static ModelInfo model(ModelConfig config) {
    return new ModelInfo(
        config.architecture().head(),
        config.vocabulary().size(),
        config.hiddenSize(),
        config.layers().size(),
        config.maxPositionEmbeddings(),
        config.architecture().numLabels(),
        boxed(config.vocabulary().padTokenId()),
        config.vocabulary().eosTokenIds(),
        config.moe().map(moe -> experts(config, moe)).orElse(null));
  }

  private static @Nullable Long boxed(OptionalLong id) {
    return id.isPresent() ? id.getAsLong() : null;
  }

  private static ModelInfo.@Nullable Experts experts(ModelConfig config, Moe moe) {
    List<Integer> sparse =
        IntStream.range(0, config.layers().size()).filter(config::sparse).boxed().toList();
    return sparse.isEmpty() ? null : new ModelInfo.Experts(sparse, moe.experts(), moe.topK());
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

  private static ConverterException failed(String name, IOException e) {
    return new ConverterException(new Problem(name, "a file that can be written", e.toString()), e);
  }
}
