package io.deltaport.engine.request;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What ends a text, as {@code GenerationMixin.generate} decides it. */
class GenerationDefaultsTest {
  private static final List<Long> OF_CONFIG = List.of(7L, 9L);

  @TempDir Path directory = Path.of("");

  private Set<Integer> stopTokens(String generationConfig) throws IOException {
    Files.writeString(directory.resolve("generation_config.json"), generationConfig);
    return GenerationDefaults.of(directory, OF_CONFIG).stopTokens();
  }

  @Test
  @DisplayName("pitfall 25: without a generation_config.json, the stop tokens of config.json")
  void thoseOfTheConfig() {
    assertEquals(Set.of(7, 9), GenerationDefaults.of(directory, OF_CONFIG).stopTokens());
  }

  @Test
  @DisplayName("pitfall 25: the stop tokens of generation_config.json, a number or a list")
  void thoseOfTheGenerationConfig() throws IOException {
    assertEquals(Set.of(3), stopTokens("{\"eos_token_id\":3}"));
    assertEquals(Set.of(3, 4), stopTokens("{\"eos_token_id\":[3,4]}"));
  }

  @Test
  @DisplayName("pitfall 25: a generation_config.json that names no stop token has none")
  void noneWhereTheFileNamesNone() throws IOException {
    assertEquals(Set.of(), stopTokens("{\"top_k\":5}"));
    assertEquals(Set.of(), stopTokens("{\"eos_token_id\":null}"));
  }
}
