package io.deltaport.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The Rust tokenizer behind DJL's binding. It must see checked input only: some bad files and texts
 * make it abort the process. Safe to share between threads.
 */
final class NativeTokenizer implements AutoCloseable {
  /** Where DJL and JNA, which it asks about the machine, unpack their native libraries. */
  private static final List<String> CACHES = List.of("ENGINE_CACHE_DIR", "jna.tmpdir");

  private static boolean loaded;

  private final HuggingFaceTokenizer tokenizer;

  private NativeTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Builds a tokenizer of a checked {@code tokenizer.json}: no truncation, no padding, no added
   * special tokens.
   */
  static NativeTokenizer of(String json) {
    loadLibrary();
    Map<String, String> options =
        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
    try {
      return new NativeTokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), options));
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(
          "tokenizer.json: the tokenizer library refuses it: " + e.getMessage(), e);
    }
  }

  /** The ids of a text. */
  long[] encode(String text) {
    return tokenizer.encode(text).getIds();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  /**
   * Loads the library of DJL's jar, which would go to a cache in the home directory: it goes to a
   * private temporary directory instead, gone once it is mapped. DJL is told to stay offline and
   * send no usage data, for good.
   */
  static synchronized void loadLibrary() {
    if (loaded) {
      return;
    }
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    try {
      Path directory = Files.createTempDirectory("deltaport-tokenizer-");
      try {
        withCaches(directory, LibUtils::checkStatus);
      } finally {
        delete(directory);
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      throw new TokenizerException("the tokenizer library cannot be loaded: " + e.getMessage(), e);
    }
    loaded = true;
  }

  private static void withCaches(Path directory, Runnable load) {
    Map<String, String> kept = new HashMap<>();
    for (String cache : CACHES) {
      String old = System.setProperty(cache, directory.toString());
      if (old != null) {
        kept.put(cache, old);
      }
    }
    try {
      load.run();
    } finally {
      CACHES.forEach(System::clearProperty);
      kept.forEach(System::setProperty);
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> paths = Files.walk(directory)) {
      deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
