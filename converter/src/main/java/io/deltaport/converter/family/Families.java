package io.deltaport.converter.family;

import io.deltaport.converter.family.qwen35.Qwen35Family;
import io.deltaport.converter.family.qwen3next.Qwen3NextFamily;
import io.deltaport.converter.model.ModelFamily;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Every family that this project knows. */
public final class Families {
  private static final List<ModelFamily> ALL = List.of(new Qwen3NextFamily(), new Qwen35Family());

  private Families() {}

  /**
   * The family of a config, by its {@code model_type}.
   *
   * @throws CheckpointException if it is of none
   */
  public static ModelFamily of(ConfigFields fields) {
    String type = fields.optionalText("model_type").orElse("");
    Optional<ModelFamily> family =
        ALL.stream().filter(candidate -> candidate.modelTypes().contains(type)).findFirst();
    return family.orElseThrow(
        () ->
            new CheckpointException(
                new Problem("config.json: model_type", "one of " + known(), "\"" + type + "\"")));
  }

  /**
   * The model that a config means to its family.
   *
   * @throws CheckpointException naming every key that is wrong
   */
  public static ModelConfig config(ConfigFields fields) {
    ModelFamily family = of(fields);
    try {
      return family.config(fields);
    } catch (CheckpointException e) {
      throw e.in("config.json");
    }
  }

  private static String known() {
    TreeSet<String> types = new TreeSet<>();
    ALL.forEach(family -> types.addAll(family.modelTypes()));
    return String.join(", ", types);
  }
}
