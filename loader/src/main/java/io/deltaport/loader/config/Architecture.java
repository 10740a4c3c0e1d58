package io.deltaport.loader.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The model classes of transformers' {@code modeling_qwen3_next.py}, by their names in {@code
 * architectures}.
 */
public enum Architecture {
  CAUSAL_LM("Qwen3NextForCausalLM"),
  BASE_MODEL("Qwen3NextModel"),
  SEQUENCE_CLASSIFICATION("Qwen3NextForSequenceClassification"),
  TOKEN_CLASSIFICATION("Qwen3NextForTokenClassification"),
  QUESTION_ANSWERING("Qwen3NextForQuestionAnswering");

  /** The classes that this project knows. */
  static final List<String> NAMES = Arrays.stream(values()).map(Architecture::className).toList();

  private final String className;

  Architecture(String className) {
    this.className = className;
  }

  /** The Python class. */
  public String className() {
    return className;
  }

  /** How many classes its head needs at least. */
  long leastLabels() {
    return switch (this) {
      case CAUSAL_LM, BASE_MODEL, QUESTION_ANSWERING -> 0;
      case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION -> 1;
    };
  }

  /** The architecture of that Python class, if it is one of the family. */
  public static Optional<Architecture> of(String className) {
    return Arrays.stream(values()).filter(a -> a.className.equals(className)).findFirst();
  }
}
