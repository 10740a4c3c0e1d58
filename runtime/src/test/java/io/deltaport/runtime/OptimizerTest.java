package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerTest {
  @ParameterizedTest
  @EnumSource(Optimizer.class)
  @DisplayName(
      "pitfall 27: every optimiser level gives the same, and every weight file stays mapped")
  void sameAndMapped(Optimizer level) throws IOException {
    int[] ids = Tiny.ids(20, 41);
    try (Model plain = Model.open(Tiny.KJV_TINY, Tiny.EXACT.with(Optimizer.OFF))) {
      float[][] expected = Tiny.alone(plain, ids);
      long before = mappings();
      try (Model model = Model.open(Tiny.KJV_TINY, Tiny.EXACT.with(level))) {
        Tiny.assertClose(expected, Tiny.alone(model, ids));
        assertEquals(before, mappings() - before, "mappings of weight files");
      }
    }
  }

  /** How often a weight file of kjv-tiny is mapped into this process. */
  private static long mappings() throws IOException {
    String folder = Tiny.KJV_TINY.toRealPath().toString();
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains(folder) && line.endsWith(".safetensors")).count();
    }
  }
}
