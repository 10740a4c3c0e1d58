package io.deltaport.loader.checkpoint;

import static io.deltaport.loader.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HubCacheTest {
  private static final String ID = "Qwen/Qwen3-Next-80B-A3B-Instruct";

  @TempDir Path root = Path.of("");

  private Path model(Path hub, String revision) throws IOException {
    Path model = hub.resolve("models--Qwen--Qwen3-Next-80B-A3B-Instruct");
    Path snapshot = Files.createDirectories(model.resolve("snapshots/0123abc"));
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), revision);
    return snapshot;
  }

  @Test
  void aPathThatExistsGoesFirst() throws IOException {
    Path directory = Files.createDirectory(root.resolve("m"));
    assertEquals(directory, new HubCache(root).resolve(directory.toString()));
  }

  @Test
  void aModelIdIsTheSnapshotOfMain() throws IOException {
    Path snapshot = model(root, "0123abc");
    assertEquals(snapshot, new HubCache(root).resolve(ID));
  }

  @Test
  void aModelFolderIsTheSnapshotOfMain() throws IOException {
    Path snapshot = model(root, "0123abc\n");
    Path folder = root.resolve("models--Qwen--Qwen3-Next-80B-A3B-Instruct");
    assertEquals(snapshot, new HubCache(root.resolve("elsewhere")).resolve(folder.toString()));
  }

  @Test
  void theVariablesOfThePythonLibraryInItsOrder() {
    Path home = Path.of("/home/me");
    assertEquals(
        new HubCache(Path.of("/home/me/.cache/huggingface/hub")), HubCache.of(Map.of(), home));
    assertEquals(
        new HubCache(Path.of("/x/huggingface/hub")),
        HubCache.of(Map.of("XDG_CACHE_HOME", "/x"), home));
    assertEquals(
        new HubCache(Path.of("/hf/hub")),
        HubCache.of(Map.of("HF_HOME", "/hf", "XDG_CACHE_HOME", "/x"), home));
    assertEquals(
        new HubCache(Path.of("/home/me/hf/hub")), HubCache.of(Map.of("HF_HOME", "~/hf"), home));
    assertEquals(
        new HubCache(Path.of("/old")),
        HubCache.of(Map.of("HUGGINGFACE_HUB_CACHE", "/old", "HF_HOME", "/hf"), home));
    assertEquals(
        new HubCache(Path.of("/hub")),
        HubCache.of(Map.of("HF_HUB_CACHE", "/hub", "HUGGINGFACE_HUB_CACHE", "/old"), home));
  }

  @Test
  void aModelThatIsNotThere() {
    assertRefused(
        () -> new HubCache(root).resolve(ID), ID, "a path that exists, or a model in the cache");
  }

  @Test
  void aModelWithoutMain() throws IOException {
    Path snapshot = model(root, "0123abc");
    Files.delete(snapshot.resolve("../../refs/main"));
    assertRefused(() -> new HubCache(root).resolve(ID), "main", "a file with a revision");
  }

  @Test
  void aSnapshotThatIsNotThere() throws IOException {
    model(root, "4567");
    assertRefused(() -> new HubCache(root).resolve(ID), "4567", "the snapshot of refs/main");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../../etc", "/etc", "a/b", "", "..", "a\u0000"})
  void aRevisionThatIsAPath(String revision) throws IOException {
    model(root, revision);
    assertRefused(() -> new HubCache(root).resolve(ID), "main", "a revision");
  }

  @Test
  void aRevisionWithoutEnd() throws IOException {
    model(root, "a".repeat(201));
    assertRefused(() -> new HubCache(root).resolve(ID), "main", "a file with a revision");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x/y", "a/b/c", "org/../x", "/nowhere/at/all", "a\u0000b", "x y"})
  void whatIsNeitherPathNorModelId(String argument) {
    assertRefused(() -> new HubCache(root).resolve(argument), "a path that exists", "nothing");
  }
}
