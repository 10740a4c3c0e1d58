package io.deltaport.grammar;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The native library, out of the jar, loaded once a process. */
final class GrammarLibrary {
  private static final String FILE = "libdeltaport_grammar.so";
  private static final String REASON = "unavailable.txt";
  private static final Map<String, String> ARCHITECTURES =
      Map.of("amd64", "x86_64", "x86_64", "x86_64", "aarch64", "aarch64");

  private GrammarLibrary() {}

  /** Why there are no grammars here; empty once the library is loaded. */
  static Optional<String> unavailable() {
    return Optional.ofNullable(Loaded.PROBLEM);
  }

  /** Loads at first use, once. */
  private static final class Loaded {
    static final @Nullable String PROBLEM = load();
  }

  private static @Nullable String load() {
    String os = System.getProperty("os.name");
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String known = ARCHITECTURES.get(architecture);
    if (!os.equals("Linux") || known == null) {
      return "grammars run on Linux x86-64 and aarch64, found " + os + " " + architecture;
    }
    String folder = "linux-" + known + "/";
    try (InputStream library = GrammarLibrary.class.getResourceAsStream(folder + FILE)) {
      if (library == null) {
        return reason();
      }
      unpackAndLoad(library);
      return null;
    } catch (IOException | UnsatisfiedLinkError e) {
      return "the library for grammars cannot be loaded from "
          + System.getProperty("java.io.tmpdir")
          + ": "
          + e.getMessage();
    }
  }

  /** Into a new directory that only this user can enter, gone once the library is mapped. */
  private static void unpackAndLoad(InputStream library) throws IOException {
    Path directory = Files.createTempDirectory("deltaport-grammar-");
    Path file = directory.resolve(FILE);
    try {
      Files.copy(library, file);
      System.load(file.toString());
    } finally {
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }

  /** What the build said when it left the library out. */
  private static String reason() throws IOException {
    try (InputStream reason = GrammarLibrary.class.getResourceAsStream(REASON)) {
      return "this build of Deltaport has no grammars"
          + (reason == null
              ? " for this machine"
              : ": " + new String(reason.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }
}
