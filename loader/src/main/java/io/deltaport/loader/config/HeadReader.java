package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads what decides a model's head: its class, its labels, what they mean. */
final class HeadReader {
  private static final long LABELS = 2;

  private final ConfigFields fields;

  HeadReader(ConfigFields fields) {
    this.fields = fields;
  }

  /**
   * The model class, its labels, whether its head is the embedding.
   *
   * @param classes the classes of the family
   * @param fallback the one of them that a file means which names none
   */
  Architecture architecture(Map<String, HeadType> classes, String fallback) {
    String name = className(classes.keySet(), fallback);
    HeadType head = Objects.requireNonNull(classes.get(name));
    return fields.part(
        () ->
            new Architecture(
                head, name, fields.flag("tie_word_embeddings", false), labels(head), problemType()),
        new Architecture(HeadType.CAUSAL_LM, name, false, numbered(0), Optional.empty()));
  }

  private String className(Set<String> classes, String fallback) {
    List<String> names = fields.texts("architectures");
    if (names.isEmpty()) {
      return fields.defaulted("architectures", fallback);
    }
    if (names.size() == 1 && classes.contains(names.get(0))) {
      return names.get(0);
    }
    String known = "one of " + String.join(", ", new TreeSet<>(classes));
    return fields.wrong("architectures", known, names.toString(), fallback);
  }

  /**
   * Names of classes. As in transformers, {@code num_labels} wins over an {@code id2label} of
   * another size, and then makes names of its own.
   */
  private SortedMap<Long, String> labels(HeadType head) {
    fields.know(List.of("label2id"));
    SortedMap<Long, String> given = new TreeMap<>();
    fields.object("id2label").ifPresent(object -> labels(object, given));
    if (!given.isEmpty() && !fields.has("num_labels")) {
      return given;
    }
    long count = labelCount(head);
    return count == given.size() ? given : numbered(count);
  }

  /** What a sequence classifier's logits mean. */
  private Optional<ProblemType> problemType() {
    Optional<String> name = fields.optionalText("problem_type");
    Optional<ProblemType> type = name.flatMap(ProblemType::of);
    if (name.isPresent() && type.isEmpty()) {
      return fields.wrong(
          "problem_type", ProblemType.names(), "\"" + name.get() + "\"", Optional.empty());
    }
    return type;
  }

  private long labelCount(HeadType head) {
    if (fields.has("num_labels")) {
      return fields.whole("num_labels", LABELS);
    }
    return head.leastLabels() == 0 ? LABELS : fields.defaulted("num_labels", LABELS);
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
    if (count < 0 || count > Architecture.MOST_LABELS) {
      return fields.wrong("num_labels", "0 to " + Architecture.MOST_LABELS, "" + count, labels);
    }
    for (long id = 0; id < count; id++) {
      labels.put(id, "LABEL_" + id);
    }
    return labels;
  }
}
