package io.deltaport.loader.checkpoint;

import static io.deltaport.loader.CheckpointException.refused;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
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
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of all shards. Each of them must be in the index, under its shard; its {@code
 * metadata} is information, not a check.
 *
 * @param absent the tensors that the index lists but no shard has, each with the shard that should
 * @param beside an index that lies beside the single file and is not read
 */
record TensorIndex(
    List<Shard> shards,
    SortedMap<String, Tensor> tensors,
    SortedMap<String, String> absent,
    Optional<String> beside) {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";
  private static final List<String> OTHER_FORMATS =
      List.of("pytorch_model.bin", "pytorch_model.bin.index.json", "consolidated.safetensors");
  private static final int MOST_SHARDS = 10_000;
  private static final int MOST_TENSORS = 1 << 20;

  TensorIndex {
    shards = List.copyOf(shards);
    tensors = Collections.unmodifiableSortedMap(tensors);
    absent = Collections.unmodifiableSortedMap(absent);
  }

  /** Of a directory: the single file goes before the index, as in transformers. */
  static TensorIndex of(CheckpointDirectory directory) {
    if (directory.optional(SINGLE).isPresent()) {
      TensorIndex single = ofFile(directory, SINGLE);
      return new TensorIndex(
          single.shards,
          single.tensors,
          single.absent,
          directory.optional(INDEX).map(path -> INDEX));
    }
    Path index = directory.optional(INDEX).orElseThrow(() -> noWeights(directory));
    return ofIndex(directory, weightMap(StrictJson.object(index)));
  }

  /** Of one file of a directory. */
  static TensorIndex ofFile(CheckpointDirectory directory, String name) {
    SafetensorsFile file = SafetensorsFile.read(directory.file(name));
    return new TensorIndex(
        List.of(file.shard()), file.tensors(), new TreeMap<>(), Optional.empty());
  }

  /** Which shard each tensor lies in, in the order of the file. */
  static Map<String, String> weightMap(ObjectNode index) {
    if (!(index.get("weight_map") instanceof ObjectNode map)) {
      String found = index.has("weight_map") ? "another value" : "nothing";
      throw refused(INDEX + ": weight_map", "an object", found);
    }
    Map<String, String> weightMap = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (!entry.getValue().isTextual()) {
        String found = StrictJson.kind(entry.getValue());
        throw refused(INDEX + ": " + entry.getKey(), "a file name", found);
      }
      weightMap.put(entry.getKey(), entry.getValue().textValue());
    }
    return weightMap;
  }

  private static TensorIndex ofIndex(CheckpointDirectory directory, Map<String, String> weightMap) {
    TreeSet<String> names = new TreeSet<>(weightMap.values());
    if (names.size() > MOST_SHARDS) {
      throw refused(INDEX, "at most " + MOST_SHARDS + " shards", names.size() + "");
    }
    Agreement agreement = new Agreement(weightMap);
    List<Shard> shards = new ArrayList<>();
    for (String name : names) {
      SafetensorsFile file = SafetensorsFile.read(directory.file(name));
      shards.add(file.shard());
      file.tensors().values().forEach(agreement::add);
    }
    return new TensorIndex(shards, agreement.tensors(), agreement.absent(), Optional.empty());
  }

  private static CheckpointException noWeights(CheckpointDirectory directory) {
    String found =
        OTHER_FORMATS.stream()
            .filter(name -> directory.optional(name).isPresent())
            .findFirst()
            .orElse("neither");
    return refused(directory.path().toString(), SINGLE + " or " + INDEX, found);
  }

  /** Compares what the headers hold with what the index says. */
  private static final class Agreement {
    private static final int MOST_PROBLEMS = 1000;

    private final Map<String, String> weightMap;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    Agreement(Map<String, String> weightMap) {
      this.weightMap = weightMap;
    }

    void add(Tensor tensor) {
      String shard = tensor.shard().name();
      String said = weightMap.get(tensor.name());
      Tensor other = tensors.putIfAbsent(tensor.name(), tensor);
      if (tensors.size() > MOST_TENSORS) {
        throw refused(shard, "at most " + MOST_TENSORS + " tensors in all", "more");
      }
      if (other != null) {
        String found = "one in " + other.shard().name() + " too";
        note(shard + ": " + tensor.name(), "one tensor of a name", found);
      } else if (said == null) {
        note(INDEX + ": " + tensor.name(), "an entry for " + shard, "none");
      } else if (!said.equals(shard)) {
        note(INDEX + ": " + tensor.name(), shard + ", which holds it", said);
      }
    }

    /** What the index lists and no shard has; whether that matters depends on the model. */
    SortedMap<String, String> absent() {
      SortedMap<String, String> absent = new TreeMap<>(weightMap);
      absent.keySet().removeAll(tensors.keySet());
      return absent;
    }

    /** All tensors, if each is where the index says. */
    SortedMap<String, Tensor> tensors() {
      if (!problems.isEmpty()) {
        throw new CheckpointException(problems);
      }
      return new TreeMap<>(tensors);
    }

    private void note(String where, String expected, String found) {
      if (problems.size() < MOST_PROBLEMS) {
        problems.add(new Problem(where, expected, found));
      }
    }
  }
}
