package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what decides a model's head: its class, its labels, what they mean. A class is made from
 * the whole config or from that of the text model inside it, and obeys the flags and labels there.
 */
public final class HeadReader {
  private static final long LABELS = 2;

  private final ConfigFields fields;

  private HeadReader(ConfigFields fields) {
    this.fields = fields;
  }

  /**
   * The model class, its labels, whether its head is the embedding.
   *
   * @param text the config of the text model
   * @param textClasses classes of the family that are made from it
   * @param wholeClasses classes that are made from the whole config
   * @param fallback the class that a file means which names none
   */
  public static Architecture read(
      ConfigFields text,
      Map<String, HeadType> textClasses,
      Map<String, HeadType> wholeClasses,
      String fallback) {
    SortedMap<String, HeadType> classes = new TreeMap<>(textClasses);
    classes.putAll(wholeClasses);
    ConfigFields whole = text.outer().orElse(text);
    String name = className(whole, text, classes.keySet(), fallback);
    boolean ofWhole = wholeClasses.containsKey(name);
    if (whole != text) {
      (ofWhole ? text : whole)
          .withoutEffect(
              "not the config of " + name,
              "id2label",
              "label2id",
              "num_labels",
              "problem_type",
              "tie_word_embeddings");
    }
    return new HeadReader(ofWhole ? whole : text)
        .architecture(name, Objects.requireNonNull(classes.get(name)));
  }

  private static String className(
      ConfigFields whole, ConfigFields text, Set<String> classes, String fallback) {
    List<String> names = whole.texts("architectures");
    if (whole != text) {
      List<String> inner = text.texts("architectures");
      names = names.isEmpty() ? inner : names;
    }
    if (names.isEmpty()) {
      return whole.defaulted("architectures", fallback);
    }
    return names.size() == 1 && classes.contains(names.get(0))
        ? names.get(0)
        : whole.wrong(
            "architectures", "one of " + String.join(", ", classes), names.toString(), fallback);
  }

  private Architecture architecture(String name, HeadType head) {
    return fields.part(
        () ->
            new Architecture(
                head, name, fields.flag("tie_word_embeddings", false), labels(head), problemType()),
        new Architecture(
            HeadType.CAUSAL_LM, name, false, Collections.emptySortedMap(), Optional.empty()));
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
