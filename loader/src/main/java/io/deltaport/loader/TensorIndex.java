package io.deltaport.loader;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.json.StrictJson;
import io.deltaport.loader.safetensors.SafetensorsFile;
import io.deltaport.loader.tensor.Shard;
import io.deltaport.loader.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of all shards. An index file must agree with the headers tensor by tensor; its {@code
 * metadata} is information, not a check.
 */
record TensorIndex(List<Shard> shards, SortedMap<String, Tensor> tensors) {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final List<String> OTHER_FORMATS =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "consolidated.safetensors");
  private static final int MOST_SHARDS = 10_000;

  TensorIndex {
    shards = List.copyOf(shards);
    tensors = Collections.unmodifiableSortedMap(tensors);
  }

  /** Of a directory: the single file goes before the index, as in transformers. */
  static TensorIndex of(CheckpointDirectory directory) {
    if (directory.optional(SINGLE).isPresent()) {
      return ofFile(directory, SINGLE);
    }
    Path index = directory.optional(INDEX).orElseThrow(() -> noWeights(directory));
    return ofIndex(directory, weightMap(StrictJson.object(index)));
  }

  /** Of one file of a directory. */
  static TensorIndex ofFile(CheckpointDirectory directory, String name) {
    SafetensorsFile file = SafetensorsFile.read(directory.file(name));
    return new TensorIndex(List.of(file.shard()), file.tensors());
  }

  private static TensorIndex ofIndex(CheckpointDirectory directory, Map<String, String> weightMap) {
    TreeSet<String> names = new TreeSet<>(weightMap.values());
    if (names.size() > MOST_SHARDS) {
      throw refused(INDEX, "at most " + MOST_SHARDS + " shards", names.size() + "");
    }
    List<Shard> shards = new ArrayList<>();
    Map<String, Tensor> tensors = new HashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (String name : names) {
      SafetensorsFile file = SafetensorsFile.read(directory.file(name));
      shards.add(file.shard());
      for (Tensor tensor : file.tensors().values()) {
        add(tensor, weightMap, tensors, problems);
      }
    }
    addMissing(weightMap, tensors, problems);
    if (!problems.isEmpty()) {
      throw new CheckpointException(problems);
    }
    return new TensorIndex(shards, new TreeMap<>(tensors));
  }

  private static void add(
      Tensor tensor,
      Map<String, String> weightMap,
      Map<String, Tensor> tensors,
      List<Problem> problems) {
    String shard = tensor.shard().name();
    String said = weightMap.get(tensor.name());
    Tensor other = tensors.putIfAbsent(tensor.name(), tensor);
    if (other != null) {
      problems.add(
          new Problem(
              shard + ": " + tensor.name(),
              "one tensor of a name",
              "one in " + other.shard().name() + " too"));
    } else if (said == null) {
      problems.add(new Problem(INDEX + ": " + tensor.name(), "an entry for " + shard, "none"));
    } else if (!said.equals(shard)) {
      problems.add(new Problem(INDEX + ": " + tensor.name(), shard + ", which holds it", said));
    }
  }

  private static void addMissing(
      Map<String, String> weightMap, Map<String, Tensor> tensors, List<Problem> problems) {
    weightMap.forEach(
        (name, shard) -> {
          if (!tensors.containsKey(name)) {
            problems.add(
                new Problem(shard + ": " + name, "a tensor that " + INDEX + " lists", "none"));
          }
        });
  }

  /** Which shard each tensor lies in, in the order of the file. */
  static Map<String, String> weightMap(ObjectNode index) {
    if (!(index.get("weight_map") instanceof ObjectNode map)) {
      throw refused(
          INDEX + ": weight_map",
          "an object",
          index.has("weight_map") ? "another value" : "nothing");
    }
    Map<String, String> weightMap = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (!entry.getValue().isTextual()) {
        throw refused(
            INDEX + ": " + entry.getKey(), "a file name", StrictJson.kind(entry.getValue()));
      }
      weightMap.put(entry.getKey(), entry.getValue().textValue());
    }
    return weightMap;
  }

  private static CheckpointException noWeights(CheckpointDirectory directory) {
    String found =
        OTHER_FORMATS.stream()
            .filter(name -> directory.optional(name).isPresent())
            .findFirst()
            .orElse("neither");
    return refused(directory.path().toString(), SINGLE + " or " + INDEX, found);
  }

  private static CheckpointException refused(String where, String expected, String found) {
    return new CheckpointException(new Problem(where, expected, found));
  }
}
