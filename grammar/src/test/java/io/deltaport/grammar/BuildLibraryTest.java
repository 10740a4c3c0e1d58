package io.deltaport.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A build whose cargo is too old leaves the reason in the jar, or fails where grammars are
 * required.
 */
class BuildLibraryTest {
  private static final Path REASON = Path.of("unavailable.txt");

  @TempDir Path directory;

  @Test
  void anOldCargoIsNamed() throws Exception {
    Path library = directory.resolve("resources/linux-x86_64/libdeltaport_grammar.so");
    Files.createDirectories(library.getParent());
    Files.createFile(library);
    assertEquals(0, build("cargo 1.63.0 (fd9c4297c 2022-07-01)", "false", Map.of()));
    String reason = Files.readString(directory.resolve("resources").resolve(REASON));
    assertTrue(
        reason.contains("cargo 1.87 or later is needed to build them, found 1.63.0"), reason);
    assertTrue(reason.contains("Debian's is too old"), reason);
    assertFalse(Files.exists(library));
  }

  @Test
  void whereGrammarsAreRequiredTheBuildFails() throws Exception {
    assertEquals(1, build("cargo 1.86.0 (x)", "true", Map.of()));
    assertEquals(1, build("cargo 1.86.0 (x)", "false", Map.of("CI", "true")));
    assertFalse(Files.exists(directory.resolve("resources").resolve(REASON)));
  }

  @Test
  void cratesThatCannotBeFetchedAreNamed() throws Exception {
    assertEquals(0, build("cargo 1.100.0 (x)", "false", Map.of()));
    String reason = Files.readString(directory.resolve("resources").resolve(REASON));
    assertTrue(reason.contains("cargo cannot fetch the crates: no network here"), reason);
  }

  /** Runs the build with a cargo that says its version, and can do nothing else. */
  private int build(String version, String required, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path tools = Files.createDirectories(directory.resolve("tools"));
    Path cargo = tools.resolve("cargo");
    Files.writeString(
        cargo,
        """
        #!/bin/sh
        if [ "$1" = --version ]; then echo '%s'; else echo 'no network here' >&2; exit 1; fi
        """
            .formatted(version));
    Files.setPosixFilePermissions(cargo, PosixFilePermissions.fromString("rwx------"));
    ProcessBuilder build =
        new ProcessBuilder(
            "sh",
            "build-library.sh",
            directory.resolve("target").toString(),
            directory.resolve("resources").toString(),
            required);
    build.environment().remove("CI");
    build.environment().putAll(environment);
    build.environment().merge("PATH", tools.toString(), (path, first) -> first + ":" + path);
    build.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
    return build.start().waitFor();
  }
}
