package io.deltaport.loader.checkpoint;

import static io.deltaport.loader.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One test a way in which a name in a checkpoint could reach what is not the checkpoint's. */
final class CheckpointDirectoryTest {
  @TempDir Path root = Path.of("");
  private Path inside = Path.of("");

  @BeforeEach
  void makeDirectory() throws IOException {
    inside = Files.createDirectory(root.resolve("checkpoint"));
    Files.writeString(root.resolve("secret"), "s");
    Files.writeString(inside.resolve("f"), "f");
  }

  private CheckpointDirectory directory() {
    return CheckpointDirectory.of(inside);
  }

  @Test
  void aFileAsNamed() {
    assertEquals(inside.resolve("f"), directory().file("f"));
  }

  @Test
  void noFile() {
    assertEquals(Optional.empty(), directory().optional("g"));
    assertRefused(() -> directory().file("g"), "g: expected a file in", "nothing");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret",
        "a/../../secret",
        "sub/f",
        "./f",
        "f/",
        "..",
        ".",
        "",
        "/",
        "additional_chat_templates",
        "additional_chat_templates/..",
        "additional_chat_templates/a/b"
      })
  void aPathIsNoName(String name) {
    assertRefused(() -> directory().optional(name), "a plain file name", "a path");
  }

  @Test
  void furtherChatTemplates() throws IOException {
    assertEquals(List.of(), directory().templates());
    Path folder = Files.createDirectory(inside.resolve("additional_chat_templates"));
    Files.writeString(folder.resolve("rag.jinja"), "r");
    Files.writeString(folder.resolve("notes.txt"), "n");
    assertEquals(List.of("additional_chat_templates/rag.jinja"), directory().templates());
    assertEquals(
        folder.resolve("rag.jinja"), directory().file("additional_chat_templates/rag.jinja"));
  }

  @Test
  void tooManyChatTemplates() throws IOException {
    Path folder = Files.createDirectory(inside.resolve("additional_chat_templates"));
    for (int i = 0; i < 65; i++) {
      Files.createFile(folder.resolve(i + ".jinja"));
    }
    assertRefused(() -> directory().templates(), "at most 64 templates", "more");
  }

  @Test
  void aFolderOfTemplatesThatLiesElsewhere() throws IOException {
    Path folder = Files.createDirectory(root.resolve("elsewhere"));
    Files.writeString(folder.resolve("rag.jinja"), "r");
    Files.createSymbolicLink(inside.resolve("additional_chat_templates"), folder);
    assertRefused(
        () -> directory().file("additional_chat_templates/rag.jinja"),
        "expected a file inside",
        "a symlink to");
  }

  @Test
  void anAbsolutePath() {
    String path = root.resolve("secret").toString();
    assertRefused(() -> directory().file(path), "a plain file name", "a path");
  }

  @Test
  void aZeroByteInAName() {
    assertRefused(() -> directory().file("f\0.safetensors"), "f\\u0000", "a plain file name");
  }

  @Test
  void aNameTooLong() {
    assertEquals(Optional.empty(), directory().optional("f".repeat(5_000)));
  }

  @Test
  void aLinkInsideTheDirectory() throws IOException {
    Files.createSymbolicLink(inside.resolve("l"), Path.of("f"));
    assertEquals(inside.resolve("l"), directory().file("l"));
  }

  @Test
  void aLinkOutOfTheDirectory() throws IOException {
    Files.createSymbolicLink(inside.resolve("l"), Path.of("../secret"));
    assertRefused(() -> directory().file("l"), "l: expected a file inside", "a symlink to");
  }

  @Test
  void anAbsoluteLinkOutOfTheDirectory() throws IOException {
    Files.createSymbolicLink(inside.resolve("l"), root.resolve("secret").toAbsolutePath());
    assertRefused(() -> directory().file("l"), "l: expected a file inside", "a symlink to");
  }

  @Test
  void aChainOfLinksOutOfTheDirectory() throws IOException {
    Files.createSymbolicLink(inside.resolve("m"), Path.of("../secret"));
    Files.createSymbolicLink(inside.resolve("l"), Path.of("m"));
    assertRefused(() -> directory().file("l"), "l: expected a file inside", "a symlink to");
  }

  @Test
  void aLinkToNothing() throws IOException {
    Files.createSymbolicLink(inside.resolve("l"), Path.of("gone"));
    assertRefused(() -> directory().optional("l"), "l: expected", "a symlink to nothing");
  }

  @Test
  void aLinkToItself() throws IOException {
    Files.createSymbolicLink(inside.resolve("l"), Path.of("l"));
    assertRefused(() -> directory().optional("l"), "l: expected", "a symlink to nothing");
  }

  @Test
  void aLinkToADevice() throws IOException {
    Path link = Files.createSymbolicLink(inside.resolve("l"), Path.of("/dev/zero"));
    assertRefused(() -> directory().file("l"), "l: expected a regular file", "a special file");
    Files.delete(link);
  }

  @Test
  void aPipeIsNotOpened() throws Exception {
    Path pipe = inside.resolve("p");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    assertRefused(() -> directory().file("p"), "p: expected a regular file", "a special file");
  }

  @Test
  void aDirectoryInPlaceOfAFile() throws IOException {
    Files.createDirectory(inside.resolve("d"));
    assertRefused(() -> directory().file("d"), "d: expected a regular file", "a directory");
  }

  @Test
  void noDirectory() {
    assertRefused(() -> CheckpointDirectory.of(root.resolve("gone")), "a directory", "nothing");
    assertRefused(() -> CheckpointDirectory.of(inside.resolve("f")), "a directory", "a file");
  }

  @Test
  void theDirectoryItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(root.resolve("link"), inside);
    assertEquals(link.resolve("f"), CheckpointDirectory.of(link).file("f"));
  }

  @Test
  void aCacheSnapshotLinksIntoItsBlobs() throws IOException {
    Path snapshot = cache("models--org--name", "blobs/abc", "../../blobs/abc");
    assertTrue(Files.isSymbolicLink(CheckpointDirectory.of(snapshot).file("f")));
  }

  @Test
  void aCacheSnapshotLinksNotBesideItsBlobs() throws IOException {
    Path snapshot = cache("models--org--name", "refs/main", "../../refs/main");
    assertRefused(() -> CheckpointDirectory.of(snapshot).file("f"), "f:", "a symlink to");
  }

  @Test
  void aCacheSnapshotLinksNotBelowItsBlobs() throws IOException {
    Path snapshot = cache("models--org--name", "blobs/x/abc", "../../blobs/x/abc");
    assertRefused(() -> CheckpointDirectory.of(snapshot).file("f"), "f:", "a symlink to");
  }

  @Test
  void aCacheSnapshotLinksNotIntoTheBlobsOfAnother() throws IOException {
    Path snapshot =
        cache("models--org--name", "../models--evil/blobs/abc", "../../../models--evil/blobs/abc");
    assertRefused(() -> CheckpointDirectory.of(snapshot).file("f"), "f:", "a symlink to");
  }

  @Test
  void blobsCountInACacheOnly() throws IOException {
    Path snapshot = cache("org--name", "blobs/abc", "../../blobs/abc");
    assertRefused(() -> CheckpointDirectory.of(snapshot).file("f"), "f:", "a symlink to");
  }

  /** A cache folder with one target file, and a snapshot whose {@code f} is a link. */
  private Path cache(String model, String target, String link) throws IOException {
    Path folder = root.resolve(model);
    Path file = folder.resolve(target);
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/0123"));
    Path parent = file.getParent();
    Files.createDirectories(parent == null ? folder : parent);
    Files.writeString(file, "x");
    Files.createSymbolicLink(snapshot.resolve("f"), Path.of(link));
    return snapshot;
  }
}
