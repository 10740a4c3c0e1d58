package io.deltaport.runtime;

import io.deltaport.converter.Conversion;
import io.deltaport.converter.Converter;
import io.deltaport.converter.Progress;
import io.deltaport.kernels.StateLayer;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.directory.FileEntry;
import io.deltaport.loader.directory.ModelDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model: a model directory, checked, or a checkpoint converted to a temporary one.
 */
final class ModelFiles implements AutoCloseable {
  private final ModelDirectory directory;
  private final @Nullable TemporaryDirectory temporary;
  private final ModelConfig config;
  private final List<StateLayer> stateLayers;

  private ModelFiles(ModelDirectory directory, @Nullable TemporaryDirectory temporary) {
    this.directory = directory;
    this.temporary = temporary;
    this.config = directory.config();
    this.stateLayers =
        directory.manifest().state().layers().stream().map(ModelFiles::stateLayer).toList();
  }

  static ModelFiles open(Path path, ModelOptions options, Progress progress) {
    if (ModelDirectory.is(path)) {
      return new ModelFiles(ModelDirectory.open(path), null);
    }
    TemporaryDirectory temporary = TemporaryDirectory.create();
    try {
      Path destination = temporary.path().resolve("model");
      Converter.convert(conversion(path, destination, options), progress);
      return new ModelFiles(ModelDirectory.open(destination), temporary);
    } catch (RuntimeException | Error e) {
      temporary.close();
      throw e;
    }
  }

  /** Weights stay where they are, unless some must be rewritten to be run at all. */
  private static Conversion conversion(Path source, Path destination, ModelOptions options) {
    Conversion.Builder conversion = Conversion.of(source, destination);
    if (options.taps() == Taps.ALL) {
      conversion.with(Conversion.Option.TAPS);
    }
    if (options.mtp() == Mtp.HEAD) {
      conversion.with(Conversion.Option.MTP);
    }
    boolean rewritten = Converter.plan(conversion.build()).rewrittenBytes() > 0;
    return conversion
        .weights(rewritten ? Conversion.WeightsMode.AUTO : Conversion.WeightsMode.REFERENCE)
        .build();
  }

  private static StateLayer stateLayer(io.deltaport.loader.directory.StateLayer layer) {
    return switch (layer.kind()) {
      case LINEAR ->
          new StateLayer.Linear(
              layer.layer(),
              layer.kernel(),
              layer.convDim(),
              layer.vHeads(),
              layer.kDim(),
              layer.vDim());
      case FULL_ATTENTION ->
          new StateLayer.FullAttention(layer.layer(), layer.kvHeads(), layer.headDim());
    };
  }

  Path directory() {
    return directory.path();
  }

  ModelConfig config() {
    return config;
  }

  List<StateLayer> stateLayers() {
    return stateLayers;
  }

  Path graph() {
    return directory.graph();
  }

  Optional<Path> mtpGraph() {
    return directory.mtpGraph();
  }

  /** Bytes of the weight files. */
  long weightBytes() {
    return weights().mapToLong(FileEntry::bytes).sum();
  }

  /** The weight files. */
  List<Path> weightFiles() {
    return weights().map(file -> weightFolder().resolve(file.name())).toList();
  }

  private Stream<FileEntry> weights() {
    return directory.manifest().files().stream().filter(FileEntry::holdsWeights);
  }

  /** Folder of the weights. */
  Path weightFolder() {
    return directory.weightFolder();
  }

  @Override
  public void close() {
    if (temporary != null) {
      temporary.close();
    }
  }
}
