package io.deltaport.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.loader.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestJsonTest {
  @TempDir Path directory = Path.of("");

  @Test
  void whatIsWrittenIsRead() throws IOException {
    String text = ManifestJson.write(Manifests.manifest());
    assertEquals(Manifests.manifest(), read(text));
    assertEquals(text, ManifestJson.write(read(text)));
    assertTrue(text.contains("\"head\" : \"causal_lm\""), text);
    assertTrue(text.contains("\"pad_token_id\" : null"), text);
    assertTrue(text.contains("\"type\" : \"full_attention\""), text);
  }

  @Test
  void anOlderDirectoryIsToBeConvertedAgain() {
    assertRefused(
        "\"format\" : " + Manifest.FORMAT,
        "\"format\" : 1",
        "deltaport.json: format: expected "
            + Manifest.FORMAT
            + ", found 1: convert the checkpoint again");
  }

  @Test
  void anUnknownHeadIsRefused() {
    assertRefused("\"causal_lm\"", "\"masked_lm\"", "deltaport.json: model head: expected");
  }

  @Test
  void aMissingFieldOfTheModelIsRefused() {
    assertRefused("\"vocab_size\" : 11,", "", "deltaport.json: model vocab_size: expected");
  }

  @Test
  void anUnknownFieldOfALayerIsRefused() {
    assertRefused("\"kv_heads\" : 2", "\"kernel\" : 4, \"kv_heads\" : 2", "deltaport.json: state");
  }

  @Test
  void aLayerWithoutItsTypeIsRefused() {
    assertRefused("\"type\" : \"full_attention\",", "", "deltaport.json: state");
  }

  @Test
  void layersOutOfOrderAreRefused() {
    assertRefused(
        "\"layer\" : 1",
        "\"layer\" : 2",
        "deltaport.json: state: layers: expected 0 to 1 in order, found [0, 2]");
  }

  @Test
  void aSparseLayerThatIsNotThereIsRefused() {
    assertRefused(
        "\"layers\" : [ 1 ]",
        "\"layers\" : [ 2 ]",
        "deltaport.json: model: experts: layers: expected 0 to 1, found 2");
  }

  private Manifest read(String text) throws IOException {
    Path file = directory.resolve("deltaport.json");
    Files.writeString(file, text);
    return ManifestJson.read(file);
  }

  private void assertRefused(String part, String other, String message) {
    String text = ManifestJson.write(Manifests.manifest());
    assertTrue(text.contains(part), text);
    CheckpointException e =
        assertThrows(CheckpointException.class, () -> read(text.replace(part, other)));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }
}
