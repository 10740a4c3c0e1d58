package io.deltaport.loader.safetensors;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.tensor.Shard;
import io.deltaport.loader.tensor.Tensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the header of one safetensors file says, checked against the file's size.
 *
 * @param shard the file
 * @param tensors by name
 * @param metadata the header's {@code __metadata__}, information only
 */
public record SafetensorsFile(
    Shard shard, SortedMap<String, Tensor> tensors, Map<String, String> metadata) {
  /** Copies. */
  public SafetensorsFile {
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    metadata = Map.copyOf(metadata);
  }

  /** Reads the header of a file; no tensor byte is read. */
  public static SafetensorsFile read(Path path) {
    return SafetensorsReader.read(path);
  }

  /** The tensor of that name; an error if there is none. */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw CheckpointException.refused(shard.name() + ": " + name, "a tensor", "none");
    }
    return tensor;
  }
}
