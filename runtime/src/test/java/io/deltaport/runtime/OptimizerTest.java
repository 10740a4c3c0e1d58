package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Optimizer;
import io.deltaport.runtime.options.ReadAhead;
import io.deltaport.runtime.options.WeightMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerTest {
  private static final ModelOptions MAPPED =
      Tiny.EXACT.with(WeightMemory.MAPPED).with(ReadAhead.NONE);

  @ParameterizedTest
  @EnumSource(Optimizer.class)
  @DisplayName("pitfall 27: every optimiser level gives the same, every weight file still mapped")
  void sameAndMapped(Optimizer level, @TempDir Path temp) throws IOException {
    Path checkpoint = temp.toRealPath();
    try (Stream<Path> files = Files.list(Tiny.KJV_TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, checkpoint.resolve(file.getFileName()));
      }
    }
    int[] ids = Tiny.ids(20, 41);
    try (Model plain = Model.open(Tiny.KJV_TINY, Tiny.EXACT.with(Optimizer.OFF));
        Model model = Model.open(checkpoint, MAPPED.with(level))) {
      Tiny.assertClose(Tiny.alone(plain, ids), Tiny.alone(model, ids));
      assertEquals(shards(checkpoint), mapped(checkpoint));
    }
  }

  /** The last shard holds nothing but the MTP head, which is left out. */
  private static Set<String> shards(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      return files
          .map(Path::toString)
          .filter(file -> file.matches(".*/model-0000[123]-of-00004.safetensors"))
          .collect(Collectors.toSet());
    }
  }

  /** Files of the folder that are mapped into this process. */
  private static Set<String> mapped(Path folder) throws IOException {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      return maps.filter(line -> line.contains(folder.toString()))
          .map(line -> line.substring(line.indexOf('/')))
          .collect(Collectors.toSet());
    }
  }
}
