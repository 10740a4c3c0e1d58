package io.deltaport.loader.config;

import java.util.Optional;

/** What mixes tokens in a decoder layer. */
public enum LayerType {
  /** {@code Qwen3NextGatedDeltaNet}. */
  LINEAR_ATTENTION,
  /** {@code Qwen3NextAttention}. */
  FULL_ATTENTION;

  /**
   * The type of that name in {@code layer_types}, the old names that transformers renames included.
   */
  public static Optional<LayerType> of(String name) {
    return switch (name) {
      case "linear_attention", "mamba" -> Optional.of(LINEAR_ATTENTION);
      case "full_attention", "attention" -> Optional.of(FULL_ATTENTION);
      default -> Optional.empty();
    };
  }
}
