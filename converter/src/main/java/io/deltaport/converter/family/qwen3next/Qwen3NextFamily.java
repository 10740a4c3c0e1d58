package io.deltaport.converter.family.qwen3next;

import io.deltaport.converter.model.ModelFamily;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.ModelConfig;
import java.util.Set;

/** Qwen3-Next and Qwen3-Coder-Next. */
public final class Qwen3NextFamily implements ModelFamily {
  @Override
  public Set<String> modelTypes() {
    return Set.of("qwen3_next", "qwen3_next_text");
  }

  @Override
  public ModelConfig config(ConfigFields fields) {
    return new Qwen3NextConfig(fields).read();
  }
}
