package io.deltaport.converter.family;

import io.deltaport.converter.family.qwen3next.Qwen3NextFamily;
import io.deltaport.converter.model.ModelFamily;
import io.deltaport.loader.config.ModelConfig;

/** Every family that this project knows. */
public final class Families {
  private static final ModelFamily QWEN3_NEXT = new Qwen3NextFamily();

  private Families() {}

  /** The family of a config. */
  public static ModelFamily of(ModelConfig config) {
    return QWEN3_NEXT;
  }
}
