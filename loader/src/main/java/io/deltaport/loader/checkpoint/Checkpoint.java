package io.deltaport.loader.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.GenerationReader;
import io.deltaport.loader.config.QuantizationReader;
import io.deltaport.loader.json.StrictJson;
import io.deltaport.loader.tensor.Shard;
import io.deltaport.loader.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A Hugging Face checkpoint: its config and where each of its tensors lies. No weight byte is read
 * at open. Immutable, safe to share between threads.
 */
public final class Checkpoint {
  /** Where ModelOpt says how it packed the weights. */
  private static final String MODEL_OPT = "hf_quant_config.json";

  private final CheckpointDirectory directory;
  private final ObjectNode config;
  private final TensorIndex index;

  private Checkpoint(CheckpointDirectory directory, ObjectNode config, TensorIndex index) {
    this.directory = directory;
    this.config = config;
    this.index = index;
  }

  /**
   * Opens a checkpoint directory ({@code model.safetensors}, or {@code
   * model.safetensors.index.json} and its shards), or one safetensors file with {@code config.json}
   * beside it.
   *
   * @throws CheckpointException if a file is missing or wrong
   */
  public static Checkpoint open(Path directoryOrFile) {
    boolean one = Files.isRegularFile(directoryOrFile);
    CheckpointDirectory directory =
        CheckpointDirectory.of(one ? parent(directoryOrFile) : directoryOrFile);
    ObjectNode config = StrictJson.object(directory.file("config.json"));
    directory.optional(MODEL_OPT).ifPresent(file -> addModelOpt(config, file));
    directory
        .optional("generation_config.json")
        .ifPresent(file -> GenerationReader.read(StrictJson.object(file)));
    TensorIndex index =
        one
            ? TensorIndex.ofFile(directory, String.valueOf(directoryOrFile.getFileName()))
            : TensorIndex.of(directory);
    return new Checkpoint(directory, config, index);
  }

  private static void addModelOpt(ObjectNode config, Path file) {
    try {
      QuantizationReader.addModelOpt(config, StrictJson.object(file));
    } catch (CheckpointException e) {
      throw e.in(MODEL_OPT);
    }
  }

  /**
   * The directory that a command's argument means: a path that exists, else a model id (such as
   * {@code Qwen/Qwen3-Next-80B-A3B-Instruct}) in the local Hugging Face cache. Never makes a
   * connection.
   */
  public static Path resolve(String pathOrModelId) {
    return HubCache.ofEnvironment().resolve(pathOrModelId);
  }

  /** The directory, as given. */
  public Path directory() {
    return directory.path();
  }

  /**
   * A further file of the directory (a tokenizer, a template), if there is one; checked as every
   * file is.
   */
  public Optional<Path> file(String name) {
    return directory.optional(name);
  }

  /** Names of the further chat templates, to be given to {@link #file}. */
  public List<String> templates() {
    return directory.templates();
  }

  /** The fields of {@code config.json}, none of them read yet; a family makes a model of them. */
  public ConfigFields config() {
    return ConfigFields.ofModel(config);
  }

  /** The safetensors files, by name. */
  public List<Shard> shards() {
    return index.shards();
  }

  /** Every tensor, by name. */
  public SortedMap<String, Tensor> tensors() {
    return index.tensors();
  }

  /**
   * The tensors that the index lists but no shard has, each with the shard that should. They are no
   * error here: those of a part that nobody uses may be missing.
   */
  public SortedMap<String, String> absent() {
    return index.absent();
  }

  /** An index that lies beside the single file and is not read, as in transformers. */
  public Optional<String> unreadIndex() {
    return index.beside();
  }

  /** The tensor of that name; an error if there is none. */
  public Tensor tensor(String name) {
    Tensor tensor = tensors().get(name);
    if (tensor == null) {
      throw CheckpointException.refused(name, "a tensor in " + directory(), "none");
    }
    return tensor;
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file : parent;
  }
}
