package io.deltaport.converter.model;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.ModelConfig;
import java.util.Set;

/** What one family of model classes has of its own. */
public interface ModelFamily {
  /** The {@code model_type} values that it reads, of the text model inside a composed one too. */
  Set<String> modelTypes();

  /**
   * The model that a config means: the defaults, names and known keys of the family's config class.
   *
   * @throws CheckpointException naming every key that is wrong
   */
  ModelConfig config(ConfigFields fields);
}
