package io.deltaport.loader.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.deltaport.loader.Fuzzing;
import io.deltaport.loader.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Bytes of strangers as an index. Replays its corpus; fuzzes under {@code JAZZER_FUZZ=1}. */
final class TensorIndexFuzzTest {
  private static Path directory = Path.of("");

  @BeforeAll
  static void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("fuzz");
    Files.writeString(directory.resolve("f"), "f");
  }

  @AfterAll
  static void removeDirectory() throws IOException {
    Files.delete(directory.resolve("f"));
    Files.delete(directory);
  }

  /** {@code model.safetensors.index.json}: no name reaches a file outside the directory. */
  @FuzzTest
  void index(byte[] bytes) throws Throwable {
    Fuzzing.survives(
        () -> {
          Map<String, String> map =
              TensorIndex.weightMap(
                  StrictJson.object("fuzz", StrictJson.utf8(new ByteArrayInputStream(bytes))));
          for (String name : map.values()) {
            Fuzzing.survives(() -> inside(name));
          }
          return map;
        });
  }

  private static Optional<Path> inside(String name) {
    Optional<Path> file = CheckpointDirectory.of(directory).optional(name);
    file.ifPresent(path -> assertEquals(directory, path.getParent()));
    file.ifPresent(path -> assertTrue(path.endsWith("f")));
    return file;
  }
}
