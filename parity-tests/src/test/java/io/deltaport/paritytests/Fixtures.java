package io.deltaport.paritytests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkpoints of {@code fixtures/}. */
final class Fixtures {
  private static final Path ROOT = Path.of("..", "fixtures").toAbsolutePath().normalize();

  /** System property: a directory of cases made for this run. */
  static final String DRAWN = "deltaport.cases";

  private Fixtures() {}

  /** The trained model. */
  static Path kjvTiny() {
    return ROOT.resolve("kjv-tiny");
  }

  /** The trained Qwen3.5. */
  static Path chatTiny() {
    return ROOT.resolve("chat-tiny");
  }

  /** One committed case. */
  static Path named(String name) {
    return ROOT.resolve("cases").resolve(name);
  }

  /** Every committed case. */
  static List<Path> all() {
    return list(ROOT.resolve("cases"));
  }

  /** The checkpoints that must be refused; none so far where the folder is missing. */
  static List<Path> refused() {
    Path folder = ROOT.resolve("refused");
    return Files.isDirectory(folder) ? list(folder) : List.of();
  }

  /** The cases of the directory that the system property {@link #DRAWN} names. */
  static List<Path> drawn() {
    return list(Path.of(System.getProperty(DRAWN, "")));
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> cases = Files.list(folder)) {
      return cases.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some that differ most in what their state is, and the trained model. */
  static List<Path> withState() {
    return Stream.of(
            Stream.of("official", "odd", "kernel-eight", "all-full", "full-first", "tiny-keys")
                .map(Fixtures::named),
            Stream.of(kjvTiny()))
        .flatMap(paths -> paths)
        .toList();
  }
}
