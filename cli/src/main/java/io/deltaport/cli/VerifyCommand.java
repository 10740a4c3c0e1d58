package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.directory.FileEntry;
import io.deltaport.directory.Manifest;
import io.deltaport.directory.ManifestJson;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.directory.ModelDirectory.Depth;
import io.deltaport.directory.ModelDirectory.Verification;
import io.deltaport.loader.Problem;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deltaport verify}. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Checks that a model directory is what convert made.",
      "",
      "Compares sizes, safetensors headers and 256 pages of each file with deltaport.json, and checks the graphs."
    },
    footer = {
      "",
      "Exit code 0: no difference. 1: a difference, one line each.",
      "",
      "Examples:",
      "  deltaport verify qwen",
      "  deltaport verify qwen --full"
    })
final class VerifyCommand extends JsonCommand {
  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The model directory.")
  private Path directory;

  @Option(
      names = "--full",
      description =
          "Read every byte; files without a hash of the whole (see convert --hash) are named.")
  private boolean full;

  @Override
  public Integer call() {
    Verification verification = verify();
    boolean passed = verification.problems().isEmpty();
    if (wantsJson()) {
      ObjectNode object = Json.object();
      object.put("passed", passed);
      verification.problems().stream()
          .map(Problem::toString)
          .forEach(object.putArray("problems")::add);
      verification.unhashed().forEach(object.putArray("unhashed")::add);
      Json.print(out(), object);
    } else {
      print(verification, passed);
    }
    return passed ? ExitCode.DONE : ExitCode.DIFFERENT;
  }

  private Verification verify() {
    Depth depth = full ? Depth.FULL : Depth.PAGES;
    try (ProgressLine progress =
        ProgressLine.of("verify", "MB", 1_000_000, full ? hashedBytes() : 0)) {
      return ModelDirectory.verify(directory, depth, progress::add);
    }
  }

  private long hashedBytes() {
    return ManifestJson.read(directory.resolve(Manifest.NAME)).files().stream()
        .filter(file -> file.sha256() != null)
        .mapToLong(FileEntry::bytes)
        .sum();
  }

  private void print(Verification verification, boolean passed) {
    verification.problems().forEach(out()::println);
    if (full && !verification.unhashed().isEmpty()) {
      out().println("no hash of the whole: " + String.join(", ", verification.unhashed()));
    }
    out().println(directory + (passed ? ": as converted" : ": DIFFERENT from what was converted"));
  }
}
