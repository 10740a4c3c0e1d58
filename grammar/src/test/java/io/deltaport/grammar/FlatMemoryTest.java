package io.deltaport.grammar;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a grammar takes, it gives back. */
class FlatMemoryTest {
  private static final int COMPILATIONS = 1000;
  private static final long SLACK_KB = 40_000;

  private final SmallTokens tokens = new SmallTokens();

  @Test
  void aThousandCompilationsLeaveNothing() throws IOException {
    List<GrammarSource> sources =
        List.of(
            new GrammarSource.AnyJson(),
            new GrammarSource.JsonSchema(
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\", \"maxLength\": 9}}}"),
            new GrammarSource.Regex("([a-z]{1,9} ){1,9}"),
            new GrammarSource.Regex("a("));
    try (GrammarCompiler compiler = Grammars.compiler(tokens)) {
      long before = 0;
      for (int i = 0; i < COMPILATIONS; i++) {
        if (i == COMPILATIONS / 5) {
          before = residentKb();
        }
        use(compiler, sources.get(i % sources.size()), new Random(i));
      }
      long grown = residentKb() - before;
      assertTrue(grown < SLACK_KB, grown + " kB");
    }
  }

  private static void use(GrammarCompiler compiler, GrammarSource source, Random random) {
    try (Grammar grammar = compiler.compile(source);
        GrammarMatcher matcher = grammar.matcher();
        GrammarMatcher copy = matcher.copy()) {
      for (int i = 0; i < 10 && !matcher.isStopped(); i++) {
        matcher.consume(Grammars.pick(Grammars.mask(matcher, Grammars.ROWS), random));
        matcher.forced();
      }
      copy.forced();
    } catch (GrammarException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("unclosed group"), e.getMessage());
    }
  }

  private static long residentKb() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
