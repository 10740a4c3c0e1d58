package io.deltaport.loader.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.Fuzzing;
import io.deltaport.loader.json.StrictJson;
import java.io.ByteArrayInputStream;

/**
 * Bytes of strangers as {@code generation_config.json}. Replays its corpus; fuzzes under {@code
 * JAZZER_FUZZ=1}.
 */
final class GenerationFuzzTest {
  private static ObjectNode object(byte[] bytes) {
    return StrictJson.object("fuzz", StrictJson.utf8(new ByteArrayInputStream(bytes)));
  }

  /** {@code generation_config.json}. */
  @FuzzTest
  void generationConfig(byte[] bytes) throws Throwable {
    Fuzzing.survives(() -> GenerationReader.read(object(bytes)));
  }
}
