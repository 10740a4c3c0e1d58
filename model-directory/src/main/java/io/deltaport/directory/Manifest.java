package io.deltaport.directory;

import static io.deltaport.loader.CheckpointException.refused;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.deltaport.directory.state.State;
import io.deltaport.directory.state.StateLayer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code deltaport.json}: what a conversion made.
 *
 * @param format version of this record and of the graphs, {@link #FORMAT}
 * @param tool what made the directory
 * @param source name of the checkpoint, information only
 * @param model what a run must know of the model
 * @param weights how the weight files got here
 * @param folder the absolute folder of the weight files where they are referenced, else null
 * @param taps whether the graph returns hidden states and router logits
 * @param files every file of the directory but this one, and the weight files
 * @param precision how weights are stored, by patterns over their names
 * @param state what each layer keeps between tokens
 */
@JsonPropertyOrder({
  "format",
  "tool",
  "source",
  "model",
  "weights",
  "folder",
  "taps",
  "files",
  "precision",
  "state"
})
public record Manifest(
    int format,
    String tool,
    String source,
    ModelInfo model,
    WeightFiles weights,
    @Nullable String folder,
    boolean taps,
    List<FileEntry> files,
    List<Precision> precision,
    State state) {
  /**
   * The version that this project reads and writes; it rises with every change of this record, of a
   * port or of an op.
   */
  public static final int FORMAT = 5;

  /** The name of the file. */
  public static final String NAME = "deltaport.json";

  /** Checks and copies. */
  public Manifest {
    files = List.copyOf(files);
    precision = List.copyOf(precision);
    if ((weights == WeightFiles.REFERENCE) == (folder == null)) {
      throw refused(
          "folder", "a path where weights are referenced, else null", String.valueOf(folder));
    }
    requireNames(files);
    requireLayers(state, model.numHiddenLayers(), has(files, ModelDirectory.MTP));
  }

  private static void requireNames(List<FileEntry> files) {
    Set<String> names = new HashSet<>();
    for (FileEntry file : files) {
      if (!names.add(file.name())) {
        throw refused("files", "each name once", file.name() + " twice");
      }
    }
    if (!names.contains(ModelDirectory.MODEL)) {
      throw refused("files", ModelDirectory.MODEL, "none");
    }
  }

  /** The layers in order, that of the MTP head after the last. */
  private static void requireLayers(State state, int hiddenLayers, boolean mtp) {
    int count = hiddenLayers + (mtp ? 1 : 0);
    List<Integer> wanted = IntStream.range(0, count).boxed().toList();
    List<Integer> found = state.layers().stream().map(StateLayer::layer).toList();
    if (!found.equals(wanted)) {
      throw refused("state: layers", "0 to " + (count - 1) + " in order", found.toString());
    }
  }

  /** Whether a file is one of the directory. */
  public boolean lists(String name) {
    return has(files, name);
  }

  private static boolean has(List<FileEntry> files, String name) {
    return files.stream().anyMatch(file -> file.name().equals(name));
  }

  /** How the weight files of a model directory got there. */
  public enum WeightFiles {
    /** Hard links to the checkpoint's files. */
    @JsonProperty("link")
    LINK,
    /** Copies, or files that the conversion wrote. */
    @JsonProperty("copy")
    COPY,
    /** Not here: they lie in {@code folder}. */
    @JsonProperty("reference")
    REFERENCE
  }

  /**
   * How the weights that a pattern names are stored.
   *
   * @param pattern over weight names, {@code *} stands for anything
   * @param format {@code f32}, {@code f16}, {@code bf16}, {@code fp8}, {@code int8} or {@code int4}
   * @param block rows and columns that share a scale, both 0 without scales
   */
  @JsonPropertyOrder({"pattern", "format", "block"})
  public record Precision(String pattern, String format, List<Long> block) {
    /** Copies. */
    public Precision {
      block = List.copyOf(block);
    }
  }
}
