package io.deltaport.loader.checkpoint;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory whose files come from a stranger. A file of it is a regular file that lies in it, or
 * a symlink to one that lies in it; in a Hugging Face cache ({@code
 * models--ORG--NAME/snapshots/REVISION}) also a symlink into {@code models--ORG--NAME/blobs}.
 * Anything else (a path, a link that leaves, a pipe, a device) is refused before it is opened.
 */
public final class CheckpointDirectory {
  /** The one folder whose files belong to a checkpoint too: further chat templates. */
  public static final String TEMPLATES = "additional_chat_templates";

  private static final int MOST_TEMPLATES = 64;

  private final Path path;
  private final Path real;

  private CheckpointDirectory(Path path, Path real) {
    this.path = path;
    this.real = real;
  }

  /** The directory at {@code path}, which may itself be reached by symlinks. */
  public static CheckpointDirectory of(Path path) {
    if (!Files.isDirectory(path)) {
      throw refused(path.toString(), "a directory", Files.exists(path) ? "a file" : "nothing");
    }
    try {
      return new CheckpointDirectory(path, path.toRealPath());
    } catch (IOException e) {
      throw new CheckpointException(
          new Problem(path.toString(), "a readable directory", e.toString()), e);
    }
  }

  /** The directory as given. */
  public Path path() {
    return path;
  }

  /** Names of the further chat templates, such as {@code additional_chat_templates/rag.jinja}. */
  public List<String> templates() {
    Path folder = path.resolve(TEMPLATES);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files
              .map(file -> TEMPLATES + "/" + file.getFileName())
              .filter(name -> name.endsWith(".jinja"))
              .limit(MOST_TEMPLATES + 1L)
              .sorted()
              .toList();
      if (names.size() > MOST_TEMPLATES) {
        throw refused(TEMPLATES, "at most " + MOST_TEMPLATES + " templates", "more");
      }
      return names;
    } catch (IOException e) {
      throw new CheckpointException(
          new Problem(TEMPLATES, "a readable directory", e.toString()), e);
    }
  }

  /** The file of that name, as named in the directory; an error if there is none. */
  public Path file(String name) {
    return optional(name).orElseThrow(() -> refused(name, "a file in " + path, "nothing"));
  }

  /** The file of that name, as named in the directory, or nothing if there is none. */
  public Optional<Path> optional(String name) {
    Path file = child(name);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    if (!Files.exists(file)) {
      throw refused(name, "a file in " + path, "a symlink to nothing");
    }
    if (!Files.isRegularFile(file)) {
      throw refused(
          name, "a regular file", Files.isDirectory(file) ? "a directory" : "a special file");
    }
    requireInside(name, file);
    return Optional.of(file);
  }

  private Path child(String name) {
    try {
      Path relative = Path.of(name);
      if (relative.getNameCount() == (relative.startsWith(TEMPLATES) ? 2 : 1)
          && !relative.isAbsolute()
          && !name.isEmpty()
          && !relative.endsWith(".")
          && !relative.endsWith("..")
          && relative.toString().equals(name)) {
        return path.resolve(relative);
      }
    } catch (InvalidPathException e) {
      throw new CheckpointException(new Problem(name, "a plain file name", "no path at all"), e);
    }
    throw refused(name, "a plain file name", "a path");
  }

  private void requireInside(String name, Path file) {
    try {
      Path target = file.toRealPath();
      if (!target.startsWith(real) && !inBlobs(target)) {
        throw refused(name, "a file inside " + path, "a symlink to " + target);
      }
    } catch (IOException e) {
      throw new CheckpointException(new Problem(name, "a readable file", e.toString()), e);
    }
  }

  private boolean inBlobs(Path target) {
    Path snapshots = real.getParent();
    Path model = snapshots == null ? null : snapshots.getParent();
    return model != null
        && model.getFileName() != null
        && model.getFileName().toString().startsWith("models--")
        && real.getNameCount() >= 2
        && real.getName(real.getNameCount() - 2).toString().equals("snapshots")
        && model.resolve("blobs").equals(target.getParent());
  }

  private static CheckpointException refused(String where, String expected, String found) {
    return new CheckpointException(new Problem(where, expected, found));
  }
}
