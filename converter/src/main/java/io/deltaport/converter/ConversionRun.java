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
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ManifestJson;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.Progress;
import io.deltaport.loader.Checkpoint;
import io.deltaport.loader.Problem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Fills the directory of one conversion: weights, graphs, side files, manifest. */
final class ConversionRun {
  private static final String TOOL = "deltaport";

  private final Prepared prepared;
  private final Conversion conversion;
  private final Checkpoint checkpoint;
  private final OutputDirectory output;
  private final Path directory;
  private final Progress progress;
  private final Optional<Calibration> calibration;

  ConversionRun(
      Prepared prepared,
      Optional<Calibration> calibration,
      OutputDirectory output,
      Progress progress) {
    this.calibration = calibration;
    this.prepared = prepared;
    this.conversion = prepared.conversion();
    this.checkpoint = prepared.checkpoint();
    this.output = output;
    this.directory = output.path();
    this.progress = progress;
  }

  /** Writes everything into the directory. */
  ConversionReport write() {
    WeightPlacer placer = new WeightPlacer(prepared, calibration, output, progress);
    Placement placement = placer.place(prepared.recipes());
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
        Stream.concat(prepared.notes().stream(), placement.notes().stream()).toList(),
        prepared.plan());
  }

  private List<FileEntry> graphs(PlacedWeights placed) {
    ModelFamily family = prepared.family();
    Outputs outputs = conversion.has(Option.TAPS) ? Outputs.HEAD_AND_STATES : Outputs.HEAD;
    List<FileEntry> graphs = new ArrayList<>();
    graphs.add(
        graph(ModelDirectory.MODEL, ModelGraph.of(family, prepared.config(), placed, outputs)));
    if (conversion.has(Option.MTP)) {
      graphs.add(graph(ModelDirectory.MTP, MtpGraph.of(family, prepared.config(), placed)));
    }
    if (conversion.has(Option.LAYERS)) {
      for (int layer = 0; layer < prepared.config().layers().size(); layer++) {
        graphs.add(
            graph(LayerGraph.file(layer), LayerGraph.of(family, prepared.config(), placed, layer)));
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
        placement.files(),
        placement.folder().orElse(null),
        conversion.has(Option.TAPS),
        files,
        PrecisionRules.of(placement.weights().all()),
        new Manifest.State(prepared.state()));
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
