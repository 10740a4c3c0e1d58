package io.deltaport.loader.config;

import java.util.List;
import java.util.Optional;

/**
 * What a config says of its files and of itself.
 *
 * @param dtype name of the type that the weights were saved in, information only
 * @param quantization how weights are packed, where they are
 * @param defaultsUsed each key that the file leaves out, and the value taken: {@code key = value}
 * @param keysIgnored keys of the file that are not known here, and therefore change nothing
 */
public record ConfigSource(
    Optional<String> dtype,
    Optional<QuantizationConfig> quantization,
    List<String> defaultsUsed,
    List<String> keysIgnored) {
  /** Reads them; last of all, since only then is it known which keys nobody asked for. */
  public static ConfigSource read(ConfigFields fields) {
    return new ConfigSource(
        fields.optionalText("dtype").or(() -> fields.optionalText("torch_dtype")),
        QuantizationReader.read(fields),
        fields.defaultsUsed(),
        fields.unknown());
  }

  /** Copies. */
  public ConfigSource {
    defaultsUsed = List.copyOf(defaultsUsed);
    keysIgnored = List.copyOf(keysIgnored);
  }
}
