package io.deltaport.loader.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.Fuzzing;
import io.deltaport.loader.json.StrictJson;
import java.io.ByteArrayInputStream;

/** Bytes of strangers as config files. Replays its corpus; fuzzes under {@code JAZZER_FUZZ=1}. */
final class ConfigFuzzTest {
  private static ObjectNode object(byte[] bytes) {
    return StrictJson.object("fuzz", StrictJson.utf8(new ByteArrayInputStream(bytes)));
  }

  /** {@code config.json}. */
  @FuzzTest
  void config(byte[] bytes) throws Throwable {
    Fuzzing.survives(() -> checked(ConfigReader.model(object(bytes))));
  }

  /** {@code generation_config.json}. */
  @FuzzTest
  void generationConfig(byte[] bytes) throws Throwable {
    Fuzzing.survives(() -> ConfigReader.generation(object(bytes)));
  }

  private static ModelConfig checked(ModelConfig config) {
    assertTrue(config.layers().size() > 0);
    assertTrue(config.attention().rotary() <= config.attention().headDim());
    assertTrue(Double.isFinite(config.attention().rope().attentionFactor()));
    assertEquals(0, config.attention().qHeads() % config.attention().kvHeads());
    return config;
  }
}
