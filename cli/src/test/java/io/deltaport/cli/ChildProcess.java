package io.deltaport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The command in a process of its own, with an empty home and no variable that keeps libraries
 * quiet.
 */
final class ChildProcess {
  private static final Path RECORDER =
      Path.of("../engine/src/test/resources/io/deltaport/engine/connections.c");

  private final Path home;
  private final Path temporary;
  private final Path work;
  private final Path connections;
  private final Path library;
  private final List<String> options = new ArrayList<>();
  private final Map<String, String> variables = new HashMap<>();

  /** Makes its directories, and the library that refuses and records connections. */
  ChildProcess(Path root) throws IOException, InterruptedException {
    home = Files.createDirectory(root.resolve("home"));
    temporary = Files.createDirectory(root.resolve("tmp"));
    work = Files.createDirectory(root.resolve("work"));
    connections = root.resolve("connections");
    library = root.resolve("libconnections.so");
    int code =
        new ProcessBuilder("cc", "-shared", "-fPIC", "-o", "" + library, "" + RECORDER, "-ldl")
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException("a C compiler is needed");
    }
  }

  /** Adds options of its virtual machine. */
  ChildProcess with(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Sets a variable of its environment. */
  ChildProcess withVariable(String name, String value) {
    variables.put(name, value);
    return this;
  }

  /** Starts a command with nothing on standard input. */
  Process start(String... args) throws IOException {
    // A test run in the background ignores Ctrl-C; the child must not inherit that.
    List<String> line = new ArrayList<>(List.of("env", "--default-signal=INT"));
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-Duser.home=" + home, "-Djava.io.tmpdir=" + temporary));
    line.addAll(options);
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.add(Main.class.getName());
    line.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(line).directory(work.toFile());
    builder.environment().keySet().removeIf(ChildProcess::keepsQuiet);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("TMPDIR", temporary.toString());
    builder.environment().put("LD_PRELOAD", library.toString());
    builder.environment().put("CONNECTIONS", connections.toString());
    builder.environment().putAll(variables);
    return builder.redirectInput(new java.io.File("/dev/null")).start();
  }

  /** Runs a command to its end. */
  Cli run(String... args) throws IOException, InterruptedException {
    return finish(start(args));
  }

  static Cli finish(Process process) throws IOException, InterruptedException {
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new Cli(process.waitFor(), out, err);
  }

  /** Everything that it left in its home, temporary and working directories. */
  List<Path> left() throws IOException {
    List<Path> left = new ArrayList<>();
    for (Path directory : List.of(home, temporary, work)) {
      try (Stream<Path> files = Files.walk(directory)) {
        files.filter(file -> !file.equals(directory)).forEach(left::add);
      }
    }
    return left;
  }

  /** The connections that it tried to open. */
  List<String> connections() throws IOException {
    return Files.exists(connections) ? Files.readAllLines(connections) : List.of();
  }

  private static boolean keepsQuiet(String variable) {
    return variable.equals("CI")
        || variable.startsWith("GITHUB_")
        || variable.startsWith("XDG_")
        || variable.contains("TELEMETRY")
        || variable.contains("TRACKING")
        || variable.startsWith("DJL_");
  }
}
