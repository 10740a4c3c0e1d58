package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what decides a model's head: its class, its labels, what they mean. */
final class HeadReader {
  private static final long LABELS = 2;

  private final ConfigFields fields;

  HeadReader(ConfigFields fields) {
    this.fields = fields;
  }

  /** The model class; the causal LM where the file names none. */
  Architecture architecture() {
    List<String> names = fields.texts("architectures");
    if (names.isEmpty()) {
      fields.defaulted("architectures", Architecture.CAUSAL_LM.className());
      return Architecture.CAUSAL_LM;
    }
    Optional<Architecture> architecture =
        names.size() == 1 ? Architecture.of(names.get(0)) : Optional.empty();
    return architecture.orElseGet(
        () ->
            fields.wrong(
                "architectures",
                "one of " + String.join(", ", Architecture.NAMES),
                names.toString(),
                Architecture.CAUSAL_LM));
  }

  /**
   * Names of classes. As in transformers, {@code num_labels} wins over an {@code id2label} of
   * another size, and then makes names of its own.
   */
  SortedMap<Long, String> labels(Architecture architecture) {
    fields.know(List.of("label2id"));
    SortedMap<Long, String> given = new TreeMap<>();
    fields.object("id2label").ifPresent(object -> labels(object, given));
    if (!given.isEmpty() && !fields.has("num_labels")) {
      return given;
    }
    long count = labelCount(architecture);
    return count == given.size() ? given : numbered(count);
  }

  /** What a sequence classifier's logits mean. */
  Optional<ProblemType> problemType() {
    Optional<String> name = fields.optionalText("problem_type");
    Optional<ProblemType> type = name.flatMap(ProblemType::of);
    if (name.isPresent() && type.isEmpty()) {
      return fields.wrong(
          "problem_type", ProblemType.names(), "\"" + name.get() + "\"", Optional.empty());
    }
    return type;
  }

  private long labelCount(Architecture architecture) {
    if (fields.has("num_labels")) {
      return fields.whole("num_labels", LABELS);
    }
    return architecture.leastLabels() == 0 ? LABELS : fields.defaulted("num_labels", LABELS);
  }

  private void labels(ObjectNode object, SortedMap<Long, String> labels) {
    for (Map.Entry<String, JsonNode> label : object.properties()) {
      if (label.getKey().matches("\\d{1,9}") && label.getValue().isTextual()) {
        labels.put(Long.valueOf(label.getKey()), label.getValue().textValue());
      } else {
        fields.wrong("id2label", "numbers with names", "\"" + label.getKey() + "\"", "");
        return;
      }
    }
  }

  private SortedMap<Long, String> numbered(long count) {
    SortedMap<Long, String> labels = new TreeMap<>();
    if (count < 0 || count > ModelConfig.MOST_LABELS) {
      return fields.wrong("num_labels", "0 to " + ModelConfig.MOST_LABELS, "" + count, labels);
    }
    for (long id = 0; id < count; id++) {
      labels.put(id, "LABEL_" + id);
    }
    return labels;
  }
}
