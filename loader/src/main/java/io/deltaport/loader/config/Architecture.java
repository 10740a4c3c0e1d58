package io.deltaport.loader.config;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The model class and what its head needs.
 *
 * @param head what the class gives for the last hidden states
 * @param className the class of transformers, as {@code architectures} names it
 * @param tieWordEmbeddings whether the head of a causal LM is the embedding
 * @param id2label labels of a classification head, by class
 * @param problemType what a sequence classifier's logits mean
 */
public record Architecture(
    HeadType head,
    String className,
    boolean tieWordEmbeddings,
    SortedMap<Long, String> id2label,
    Optional<ProblemType> problemType) {
  static final long MOST_LABELS = 1 << 16;

  /** Copies and checks. */
  public Architecture {
    id2label = Collections.unmodifiableSortedMap(new TreeMap<>(id2label));
    Rules rules = new Rules();
    rules.range("id2label, num_labels", id2label.size(), head.leastLabels(), MOST_LABELS);
    rules.holds(
        id2label.size() != 1
            || !problemType.equals(Optional.of(ProblemType.SINGLE_LABEL_CLASSIFICATION)),
        "problem_type, num_labels",
        "more than one label for single_label_classification",
        "1");
    rules.check();
  }

  /** Classes of a classification head. */
  public long numLabels() {
    return id2label.size();
  }
}
