package io.deltaport.converter.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.json.StrictJson;
import java.io.ByteArrayInputStream;

/**
 * Bytes of strangers as {@code config.json}. Replays its corpus; fuzzes under {@code
 * JAZZER_FUZZ=1}.
 */
final class ConfigFuzzTest {
  private static ObjectNode object(byte[] bytes) {
    return StrictJson.object("fuzz", StrictJson.utf8(new ByteArrayInputStream(bytes)));
  }

  /** {@code config.json}. */
  @FuzzTest
  void config(byte[] bytes) {
    try {
      checked(ConfigJson.model(object(bytes)));
    } catch (CheckpointException e) {
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    }
  }

  private static void checked(ModelConfig config) {
    assertTrue(config.layers().size() > 0);
    assertTrue(config.attention().rotary() <= config.attention().headDim());
    assertTrue(Double.isFinite(config.attention().rope().attentionFactor()));
    assertEquals(0, config.attention().qHeads() % config.attention().kvHeads());
  }
}
