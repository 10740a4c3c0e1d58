package io.deltaport.directory;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.checkpoint.CheckpointDirectory;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.json.StrictJson;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A model directory that has passed its checks: its manifest is well formed; its graphs hold ops of
 * {@code ai.deltaport} only, and name only files that the manifest lists; those files have the
 * size, the header and the pages that they had when it was made. Immutable, safe to share between
 * threads.
 */
public final class ModelDirectory {
  /** The model's graph. */
  public static final String MODEL = "model.onnx";

  /** The graph of the multi-token-prediction head. */
  public static final String MTP = "mtp.onnx";

  /** {@code config.json}, as the checkpoint had it. */
  public static final String CONFIG = "config.json";

  private final CheckpointDirectory directory;
  private final CheckpointDirectory folder;
  private final Manifest manifest;

  private ModelDirectory(
      CheckpointDirectory directory, CheckpointDirectory folder, Manifest manifest) {
    this.directory = directory;
    this.folder = folder;
    this.manifest = manifest;
  }

  /** The name of the graph of one layer by itself. */
  public static String layer(int number) {
    return "layer-" + number + ".onnx";
  }

  /** How much of the files is read. */
  public enum Depth {
    /** Sizes, headers, 256 pages of each file, and the graphs. */
    PAGES,
    /** Every byte of every file that has a hash of the whole. */
    FULL
  }

  /**
   * What {@link #verify} found.
   *
   * @param problems each file that is not what the manifest says, and what is wrong with the graphs
   * @param unhashed files that have no hash of the whole, of which only header and pages were
   *     compared
   */
  public record Verification(List<Problem> problems, List<String> unhashed) {
    /** Copies. */
    public Verification {
      problems = List.copyOf(problems);
      unhashed = List.copyOf(unhashed);
    }
  }

  /** Whether a path is a model directory, rather than a checkpoint. */
  public static boolean is(Path path) {
    return Files.isRegularFile(path.resolve(Manifest.NAME), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Opens a directory and checks what a session depends on: weights, graphs and config.
   *
   * @throws CheckpointException that lists everything that is wrong
   */
  public static ModelDirectory open(Path path) {
    ModelDirectory model = read(path);
    List<Problem> problems = new ArrayList<>();
    for (FileEntry file : model.manifest.files()) {
      if (file.holdsWeights() || file.isGraph() || file.name().equals(CONFIG)) {
        model.compare(file, Depth.PAGES, n -> {}).ifPresent(problems::add);
      }
    }
    problems.addAll(model.graphProblems());
    if (!problems.isEmpty()) {
      throw new CheckpointException(problems);
    }
    return model;
  }

  /**
   * Compares every file of a directory with its manifest.
   *
   * @param progress told of each number of bytes that a full check has read
   * @throws CheckpointException if there is no readable manifest to compare with
   */
  public static Verification verify(Path path, Depth depth, LongConsumer progress) {
    ModelDirectory model = read(path);
    List<Problem> problems = new ArrayList<>();
    List<String> unhashed = new ArrayList<>();
    for (FileEntry file : model.manifest.files()) {
      model.compare(file, depth, progress).ifPresent(problems::add);
      if (file.sha256() == null) {
        unhashed.add(file.name());
      }
    }
    if (problems.isEmpty()) {
      problems.addAll(model.graphProblems());
    }
    return new Verification(problems, unhashed);
  }

  /** The directory. */
  public Path path() {
    return directory.path();
  }

  /** {@code deltaport.json}. */
  public Manifest manifest() {
    return manifest;
  }

  /** {@code config.json}, as the checkpoint had it. */
  public ConfigFields config() {
    return ConfigFields.ofModel(StrictJson.object(directory.file(CONFIG)));
  }

  /** A file of the directory (a tokenizer, a template), if there is one. */
  public Optional<Path> file(String name) {
    return directory.optional(name);
  }

  /** The model's graph. */
  public Path graph() {
    return directory.file(MODEL);
  }

  /** The graph of the multi-token-prediction head, where the conversion made one. */
  public Optional<Path> mtpGraph() {
    return manifest.lists(MTP) ? Optional.of(directory.file(MTP)) : Optional.empty();
  }

  /** The graph of one layer, where the conversion made one. */
  public Optional<Path> layerGraph(int layer) {
    String name = layer(layer);
    return manifest.lists(name) ? Optional.of(directory.file(name)) : Optional.empty();
  }

  /**
   * The folder that the graphs' external data lies in: the directory itself, or the one that it
   * refers to.
   */
  public Path weightFolder() {
    return folder.path();
  }

  private static ModelDirectory read(Path path) {
    CheckpointDirectory directory = CheckpointDirectory.of(path);
    Manifest manifest = ManifestJson.read(directory.file(Manifest.NAME));
    CheckpointDirectory folder =
        manifest.folder() == null ? directory : CheckpointDirectory.of(absolute(manifest.folder()));
    return new ModelDirectory(directory, folder, manifest);
  }

  private static Path absolute(String folder) {
    try {
      Path path = Path.of(folder);
      if (path.isAbsolute()) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new CheckpointException(new Problem(Manifest.NAME + ": folder", "a path", folder), e);
    }
    throw new CheckpointException(
        new Problem(Manifest.NAME + ": folder", "an absolute path", folder));
  }

  private Optional<Problem> compare(FileEntry file, Depth depth, LongConsumer progress) {
    try {
      CheckpointDirectory home = file.holdsWeights() ? folder : directory;
      try (Checksums sums = Checksums.of(home.file(file.name()))) {
        return difference(file, sums, depth, progress);
      }
    } catch (CheckpointException e) {
      return Optional.of(e.problems().get(0));
    }
  }

  private static Optional<Problem> difference(
      FileEntry file, Checksums sums, Depth depth, LongConsumer progress) {
    String name = file.name();
    if (sums.bytes() != file.bytes()) {
      return Optional.of(
          new Problem(name, file.bytes() + " bytes as converted", sums.bytes() + " bytes"));
    }
    if (file.headerSha256() != null && !file.headerSha256().equals(sums.header())) {
      return Optional.of(new Problem(name, "the header that was converted", "another one"));
    }
    if (!file.pagesSha256().equals(sums.pages())) {
      return Optional.of(new Problem(name, "the bytes that were converted", "other ones"));
    }
    if (depth == Depth.FULL
        && file.sha256() != null
        && !file.sha256().equals(sums.whole(progress))) {
      return Optional.of(new Problem(name, "the bytes that were converted", "other ones"));
    }
    return Optional.empty();
  }

  private List<Problem> graphProblems() {
    return manifest.files().stream()
        .filter(FileEntry::isGraph)
        .flatMap(file -> GraphCheck.problems(directory.file(file.name()), manifest).stream())
        .toList();
  }
}
