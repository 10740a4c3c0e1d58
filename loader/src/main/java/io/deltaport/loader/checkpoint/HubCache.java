package io.deltaport.loader.checkpoint;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The local cache of {@code huggingface_hub}: {@code models--ORG--NAME/{refs,snapshots,blobs}}. */
record HubCache(Path folder) {
  private static final Pattern MODEL_ID =
      Pattern.compile("(?:[A-Za-z0-9][\\w.-]*/)?[A-Za-z0-9][\\w.-]*");
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][\\w.-]{0,99}");
  private static final int LONGEST_REF = 200;

  static HubCache ofEnvironment() {
    return of(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  /** Where the Python library looks: its variables in its order, else under the home directory. */
  static HubCache of(Map<String, String> environment, Path home) {
    String cache = environment.get("HF_HUB_CACHE");
    if (cache == null) {
      cache = environment.get("HUGGINGFACE_HUB_CACHE");
    }
    return new HubCache(
        cache == null ? hubHome(environment, home).resolve("hub") : expanded(cache, home));
  }

  /**
   * A directory or file that exists, else the snapshot that {@code refs/main} of a model id names.
   */
  Path resolve(String pathOrModelId) {
    Path path = path(pathOrModelId);
    if (path != null && Files.exists(path)) {
      return Files.isRegularFile(path.resolve("refs/main")) ? snapshot(path) : path;
    }
    if (!MODEL_ID.matcher(pathOrModelId).matches()) {
      throw refused(pathOrModelId, "a path that exists", "nothing");
    }
    Path model = folder.resolve("models--" + pathOrModelId.replace("/", "--"));
    if (!Files.isDirectory(model)) {
      throw refused(
          pathOrModelId, "a path that exists, or a model in the cache " + folder, "neither");
    }
    return snapshot(model);
  }

  private static Path snapshot(Path model) {
    Path ref = model.resolve("refs").resolve("main");
    try {
      if (!Files.isRegularFile(ref) || Files.size(ref) > LONGEST_REF) {
        throw refused(ref.toString(), "a file with a revision", "none");
      }
      String revision = Files.readString(ref, StandardCharsets.UTF_8).strip();
      if (!REVISION.matcher(revision).matches()) {
        throw refused(ref.toString(), "a revision", revision);
      }
      Path snapshot = model.resolve("snapshots").resolve(revision);
      if (!Files.isDirectory(snapshot)) {
        throw refused(snapshot.toString(), "the snapshot of refs/main", "nothing");
      }
      return snapshot;
    } catch (IOException e) {
      throw new CheckpointException(
          new Problem(ref.toString(), "a readable file", e.toString()), e);
    }
  }

  private static Path hubHome(Map<String, String> environment, Path home) {
    String hub = environment.get("HF_HOME");
    if (hub != null) {
      return expanded(hub, home);
    }
    String cache = environment.get("XDG_CACHE_HOME");
    return (cache == null ? home.resolve(".cache") : expanded(cache, home)).resolve("huggingface");
  }

  private static Path expanded(String path, Path home) {
    return path.equals("~") || path.startsWith("~/")
        ? home.resolve(path.substring(Math.min(2, path.length())))
        : Path.of(path);
  }

  private static @Nullable Path path(String text) {
    try {
      return text.isEmpty() ? null : Path.of(text);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  private static CheckpointException refused(String where, String expected, String found) {
    return new CheckpointException(new Problem(where, expected, found));
  }
}
