package io.deltaport.loader.config;

import java.util.Locale;
import java.util.Optional;

/** {@code problem_type}: what a sequence classifier's logits mean. */
public enum ProblemType {
  REGRESSION,
  SINGLE_LABEL_CLASSIFICATION,
  MULTI_LABEL_CLASSIFICATION;

  /** The type of that name. */
  public static Optional<ProblemType> of(String name) {
    for (ProblemType type : values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
