package io.deltaport.loader.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code problem_type}: what a sequence classifier's logits mean. */
public enum ProblemType {
  REGRESSION,
  SINGLE_LABEL_CLASSIFICATION,
  MULTI_LABEL_CLASSIFICATION;

  /** The name in a config. */
  public String configName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The type of that name. */
  public static Optional<ProblemType> of(String configName) {
    return Arrays.stream(values()).filter(t -> t.configName().equals(configName)).findFirst();
  }

  static String names() {
    return Arrays.stream(values())
        .map(ProblemType::configName)
        .collect(Collectors.joining(", ", "one of ", ""));
  }
}
