package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/pitfalls.md} against the tests that it names. */
class PitfallsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern ROW = Pattern.compile("\\| (\\d+) \\|.*\\| ([^|]+) \\|");
  private static final Pattern TEST = Pattern.compile("`([^`]+)`");
  private static final Pattern NAMED =
      Pattern.compile("[Pp]itfalls? ?(\\d+(?:(?:, | and |And|To)\\d+)*)");

  @Test
  void everyTestNamesThePitfallThatItIsListedFor() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/pitfalls.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Matcher test = TEST.matcher(row.group(2));
        while (test.find()) {
          if (!named(test.group(1)).contains(Integer.valueOf(row.group(1)))) {
            wrong.add(test.group(1) + " does not name pitfall " + row.group(1));
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void everyPitfallThatATestNamesIsListed() throws IOException {
    Set<Integer> listed = new TreeSet<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/pitfalls.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        listed.add(Integer.valueOf(row.group(1)));
      }
    }
    assertTrue(listed.size() >= 33, listed.toString());
    Set<Integer> named = named("est.java");
    named.addAll(named("test.cc"));
    assertEquals(listed, named);
  }

  /** The pitfalls that the sources whose paths end so name. */
  private static Set<Integer> named(String suffix) throws IOException {
    Set<Integer> named = new TreeSet<>();
    for (Path source : sources(suffix)) {
      Matcher names = NAMED.matcher(Files.readString(source));
      while (names.find()) {
        addAll(names.group(1), named);
      }
    }
    return named;
  }

  private static void addAll(String numbers, Set<Integer> named) {
    if (numbers.contains("To")) {
      int[] ends = Stream.of(numbers.split("To")).mapToInt(Integer::parseInt).toArray();
      for (int number = ends[0]; number <= ends[1]; number++) {
        named.add(number);
      }
      return;
    }
    Stream.of(numbers.split("\\D+")).map(Integer::valueOf).forEach(named::add);
  }

  private static List<Path> sources(String suffix) throws IOException {
    String end =
        suffix.endsWith(".cc") || suffix.endsWith(".java") ? suffix : "/" + suffix + ".java";
    List<Path> sources = new ArrayList<>();
    for (String module :
        List.of(
            "loader",
            "model-directory",
            "converter",
            "kernels",
            "chat-template",
            "tokenizer",
            "grammar",
            "runtime",
            "evaluate",
            "engine",
            "server",
            "cli",
            "parity-tests")) {
      for (String folder : List.of("src", "test")) {
        Path root = ROOT.resolve(module).resolve(folder);
        if (Files.isDirectory(root)) {
          try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.toString().endsWith(end)).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }
}
