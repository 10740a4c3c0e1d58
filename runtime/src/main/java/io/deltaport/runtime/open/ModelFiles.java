package io.deltaport.runtime.open;

import io.deltaport.converter.DirectConversion;
import io.deltaport.converter.DirectConversion.Extra;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.Progress;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Mtp;
import io.deltaport.runtime.options.Taps;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of a model: a model directory, checked, or a checkpoint converted to a temporary one.
 */
public final class ModelFiles implements AutoCloseable {
  private final ModelDirectory directory;
  private final @Nullable TemporaryDirectory temporary;
  private final Optional<Path> mtpGraph; // asked for in every step

  private ModelFiles(ModelDirectory directory, @Nullable TemporaryDirectory temporary) {
    this.directory = directory;
    this.temporary = temporary;
    this.mtpGraph = directory.mtpGraph();
  }

  static ModelFiles open(Path path, ModelOptions options, Progress progress) {
    if (ModelDirectory.is(path)) {
      return new ModelFiles(ModelDirectory.open(path), null);
    }
    return convert(path, wanted(options), progress);
  }

  /** A checkpoint, converted to a temporary directory with a graph for each layer. */
  public static ModelFiles openLayers(Path checkpoint, Progress progress) {
    return convert(checkpoint, Set.of(Extra.LAYERS), progress);
  }

  private static Set<Extra> wanted(ModelOptions options) {
    Set<Extra> wanted = EnumSet.noneOf(Extra.class);
    if (options.taps() == Taps.ALL) {
      wanted.add(Extra.TAPS);
    }
    if (options.mtp() == Mtp.HEAD) {
      wanted.add(Extra.MTP);
    }
    return wanted;
  }

  private static ModelFiles convert(Path source, Set<Extra> extras, Progress progress) {
    TemporaryDirectory temporary = TemporaryDirectory.create();
    try {
      Path destination = temporary.path().resolve("model");
      DirectConversion.convert(source, destination, extras, progress);
      return new ModelFiles(ModelDirectory.open(destination), temporary);
    } catch (RuntimeException | Error e) {
      temporary.close();
      throw e;
    }
  }

  /** Where they are. */
  public Path directory() {
    return directory.path();
  }

  /** What its manifest says. */
  public Manifest manifest() {
    return directory.manifest();
  }

  Path graph() {
    return directory.graph();
  }

  /** The graph of one layer, after {@link #openLayers}. */
  public Path layerGraph(int layer) {
    return directory.layerGraph(layer).orElseThrow();
  }

  Optional<Path> mtpGraph() {
    return mtpGraph;
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
  public Path weightFolder() {
    return directory.weightFolder();
  }

  @Override
  public void close() {
    if (temporary != null) {
      temporary.close();
    }
  }
}
