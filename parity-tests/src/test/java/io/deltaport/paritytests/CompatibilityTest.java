package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.loader.json.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@code docs/compatibility.md} against the committed cases. */
class CompatibilityTest {
  /** What a config says of itself, which nothing is done with. */
  private static final Set<String> OF_THE_FILE =
      Set.of("model_type", "transformers_version", "use_sliding_window");

  private final String page;

  CompatibilityTest() throws IOException {
    page = Files.readString(Path.of("../docs/compatibility.md"));
  }

  @Test
  void everyCaseIsThere() {
    List<String> missing =
        Fixtures.all().stream()
            .map(path -> path.getFileName().toString())
            .filter(name -> !name.startsWith("act-") && !page.contains("`" + name + "`"))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void everyFieldOfAConfigIsThere() {
    Set<String> missing = new TreeSet<>();
    for (Path path : Fixtures.all()) {
      StrictJson.object(path.resolve("config.json"))
          .fieldNames()
          .forEachRemaining(
              field -> {
                if (!OF_THE_FILE.contains(field) && !page.contains("`" + field + "`")) {
                  missing.add(field);
                }
              });
    }
    assertEquals(Set.of(), missing);
  }
}
