package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.loader.json.StrictJson;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The checkpoints of {@code fixtures/refused}: each is one clear error. */
class RefusedTest {
  @Test
  @DisplayName(
      "pitfall 55: a head that is neither there nor tied is refused, as all that cannot be read")
  void everyOneIsRefusedInTheExpectedWords() {
    List<String> wrong = new ArrayList<>();
    for (Path path : Fixtures.refused()) {
      RuntimeException refused =
          assertThrows(
              RuntimeException.class,
              () -> Model.open(path, ModelOptions.EXACT).close(),
              path.toString());
      String message = String.valueOf(refused.getMessage());
      for (JsonNode word : StrictJson.object(path.resolve("refused.json")).required("words")) {
        if (!message.contains(word.textValue())) {
          wrong.add(path.getFileName() + ": no \"" + word.textValue() + "\" in: " + message);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }
}
