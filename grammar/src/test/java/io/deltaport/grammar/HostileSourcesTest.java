package io.deltaport.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.grammar.GrammarSource.Choice;
import io.deltaport.grammar.GrammarSource.JsonSchema;
import io.deltaport.grammar.GrammarSource.Lark;
import io.deltaport.grammar.GrammarSource.Regex;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources that mean harm: each compiles, or is refused by name, within its time. */
class HostileSourcesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int STEPS = 50;

  /** Java threads of servers have small stacks. */
  private static final long SMALL_STACK = 256 << 10;

  private final SmallTokens tokens = new SmallTokens();

  static Stream<Arguments> sources() {
    return Stream.of(
        Arguments.of("50,000 groups", new Regex("(".repeat(50_000) + "a" + ")".repeat(50_000))),
        Arguments.of("200 groups", new Regex("(".repeat(200) + "a" + ")*".repeat(200))),
        Arguments.of("a billion times", new Regex("a{1000000000}")),
        Arguments.of("times times times", new Regex("(((a{1,1000}){1,1000}){1,1000}){1,1000}")),
        Arguments.of("100,000 options", new Regex("a?b?".repeat(100_000))),
        Arguments.of("a far look back", new Regex("(.*a.{30}){3}|(.*b.{40}){2}")),
        Arguments.of("a long text", new Regex("ab".repeat(500_000))),
        Arguments.of(
            "100,000 words", new Regex(list(100_000, "|", i -> "w" + i * 7919 % 1_000_003))),
        Arguments.of(
            "classes of Unicode", new Regex("\\p{L}{1,1000}\\p{N}{1,1000}(\\w\\p{L}){500}")),
        Arguments.of("deep", new JsonSchema("{\"items\":".repeat(60) + "{}" + "}".repeat(60))),
        Arguments.of(
            "too deep", new JsonSchema("{\"items\":".repeat(99_999) + "{}" + "}".repeat(99_999))),
        Arguments.of(
            "a giant enum",
            new JsonSchema("{\"enum\":[" + list(90_000, ",", i -> "\"w" + i + "\"") + "]}")),
        Arguments.of(
            "20,000 properties",
            new JsonSchema(
                "{\"properties\":{" + list(20_000, ",", i -> "\"w" + i + "\":{}") + "}}")),
        Arguments.of(
            "a billion characters",
            new JsonSchema("{\"type\":\"string\",\"minLength\":1000000000}")),
        Arguments.of(
            "a billion items", new JsonSchema("{\"type\":\"array\",\"minItems\":1000000000}")),
        Arguments.of(
            "a fine multiple",
            new JsonSchema("{\"type\":\"number\",\"multipleOf\":0.0000000001234567}")),
        Arguments.of(
            "a large multiple", new JsonSchema("{\"type\":\"integer\",\"multipleOf\":1234567891}")),
        Arguments.of(
            "wide bounds",
            new JsonSchema("{\"type\":\"number\",\"minimum\":-1e308,\"maximum\":1e308}")),
        Arguments.of(
            "references in a circle",
            new JsonSchema(
                "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}")),
        Arguments.of(
            "all of itself",
            new JsonSchema("{\"allOf\":[{\"$ref\":\"#\"},{\"type\":\"object\"}]}")),
        Arguments.of("2^30 references", new JsonSchema(doubling(30))),
        Arguments.of(
            "2^2000 combinations",
            new JsonSchema(
                "{\"allOf\":["
                    + list(
                        2000,
                        ",",
                        i ->
                            "{\"anyOf\":[{\"type\":\"string\",\"pattern\":\"a"
                                + i
                                + "\"},{\"type\":\"integer\"}]}")
                    + "]}")),
        Arguments.of(
            "a far look back",
            new JsonSchema("{\"type\":\"string\",\"pattern\":\"^(.*a.{300}){3}$\"}")),
        Arguments.of(
            "10,000 brackets",
            new Lark("start: " + "(".repeat(10_000) + "\"a\"" + ")".repeat(10_000))),
        Arguments.of(
            "10,000 rules",
            new Lark(
                "start: r0\n"
                    + list(10_000, "\n", i -> "r" + i + ": r" + (i + 1))
                    + "\nr10000: \"a\"")),
        Arguments.of(
            "2^40 terminals",
            new Lark(
                "start: R0\n"
                    + list(40, "\n", i -> "R" + i + ": R" + (i + 1) + " R" + (i + 1))
                    + "\nR40: \"a\"")),
        Arguments.of(
            "ambiguous", new Lark("start: start start | start start start | \"a\" | \"\"")),
        Arguments.of("a rule of itself", new Lark("start: start")),
        Arguments.of("no such id", new Lark("start: <[999999999]>")),
        Arguments.of("a zero byte", new Lark("start: \"\0\"")),
        Arguments.of(
            "not and not",
            new Lark(
                "start: A\nA: ~/(?s:.*)a.{100}(?s:.*)/ & ~/(?s:.*)b.{100}(?s:.*)/ & /(?s:.*)c.{60}/")),
        Arguments.of(
            "parts of a long text",
            new Lark(
                "start: A\nA: %regex {\"substring_chars\": \""
                    + "abcdefgh".repeat(100_000)
                    + "\"}")),
        Arguments.of("brackets as JSON", new Lark("start: %json " + "[".repeat(100_000))),
        Arguments.of("a long choice", new Choice(List.of("a".repeat(1_000_000)))),
        Arguments.of("too long", new Choice(List.of("a".repeat(2_000_000)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sources")
  @Timeout(30)
  void endsInTime(String name, GrammarSource source) throws InterruptedException {
    assertNotNull(name);
    try (GrammarCompiler compiler = Grammars.compiler(tokens);
        Grammar grammar = compiler.compile(source)) {
      Thread thread = new Thread(null, () -> walk(grammar), "walk", SMALL_STACK);
      thread.start();
      thread.join();
    } catch (GrammarException e) {
      assertTrue(String.valueOf(e.getMessage()).length() <= 600, e.getMessage());
    }
  }

  /** As far as the limits of a mask let it go. */
  private static void walk(Grammar grammar) {
    Random random = new Random(1);
    TokenMask mask = new TokenMask(Grammars.ROWS);
    try (GrammarMatcher matcher = grammar.matcher()) {
      for (int i = 0; i < STEPS && !matcher.isStopped(); i++) {
        matcher.mask(mask);
        matcher.consume(Grammars.pick(mask, random));
      }
    } catch (GrammarException e) {
      assertNotNull(e.getMessage());
    }
  }

  @Test
  void aCompilationThatNobodyWaitsForKeepsItsPlaceUntilItEnds() throws InterruptedException {
    GrammarSource slow = new Regex(list(100_000, "|", i -> "w" + i * 7919 % 1_000_003));
    GrammarLimits limits = limits(Duration.ofMillis(1), 1);
    try (GrammarCompiler compiler = Grammars.compiler(tokens, limits)) {
      assertRefused(compiler, slow, "takes longer than 1 ms");
      assertRefused(compiler, new Regex("a"), "1 other grammars are being compiled");
      for (int i = 0; isRefused(compiler, new Regex("a")); i++) {
        assertTrue(i < 300, "the compilation never ends");
        Thread.sleep(100);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void limitsArePositive(int wrong) {
    assertThrows(GrammarException.class, () -> limits(PATIENCE, wrong));
    assertThrows(GrammarException.class, () -> limits(Duration.ofMillis(wrong), 1));
  }

  @Test
  void aMatcherBeyondItsLimitsFailsForGood() {
    GrammarLimits d = GrammarLimits.defaults();
    GrammarLimits narrow =
        new GrammarLimits(
            d.sourceBytes(),
            d.compileTime(),
            1,
            d.compileBytes(),
            d.lexerFuel(),
            d.symbols(),
            300,
            2000,
            50_000,
            50_000);
    try (GrammarCompiler compiler = Grammars.compiler(tokens, narrow);
        Grammar grammar = compiler.compile(new Regex("(.*a.{30}){3}|(.*b.{40}){2}"));
        GrammarMatcher matcher = grammar.matcher()) {
      GrammarException first = assertThrows(GrammarException.class, () -> consumeRandomly(matcher));
      GrammarException second =
          assertThrows(GrammarException.class, () -> matcher.mask(new TokenMask(Grammars.ROWS)));
      assertEquals(first.getMessage(), second.getMessage());
      assertThrows(GrammarException.class, () -> matcher.accepts('a'));
      assertThrows(GrammarException.class, matcher::isAccepting);
    }
  }

  private static void consumeRandomly(GrammarMatcher matcher) {
    Random random = new Random(1);
    TokenMask mask = new TokenMask(Grammars.ROWS);
    for (int i = 0; i < 10_000; i++) {
      matcher.mask(mask);
      matcher.consume(Grammars.pick(mask, random));
    }
  }

  private static GrammarLimits limits(Duration compileTime, int compilations) {
    GrammarLimits d = GrammarLimits.defaults();
    return new GrammarLimits(
        d.sourceBytes(),
        compileTime,
        compilations,
        d.compileBytes(),
        d.lexerFuel(),
        d.symbols(),
        d.lexerStates(),
        d.rowItems(),
        d.maskFuel(),
        d.maskItems());
  }

  private static void assertRefused(GrammarCompiler compiler, GrammarSource source, String reason) {
    String message =
        assertThrows(GrammarException.class, () -> compiler.compile(source).close()).getMessage();
    assertTrue(String.valueOf(message).contains(reason), message);
  }

  private static boolean isRefused(GrammarCompiler compiler, GrammarSource source) {
    try {
      compiler.compile(source).close();
      return false;
    } catch (GrammarException e) {
      return String.valueOf(e.getMessage()).contains("being compiled");
    }
  }

  private static String list(int count, String between, IntFunction<String> item) {
    return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(between));
  }

  private static String doubling(int count) {
    String definitions =
        list(
            count,
            ",",
            i ->
                "\"d%d\":{\"allOf\":[{\"$ref\":\"#/$defs/d%d\"},{\"$ref\":\"#/$defs/d%d\"}]}"
                    .formatted(i, i + 1, i + 1));
    return "{\"$ref\":\"#/$defs/d0\",\"$defs\":{%s,\"d%d\":{\"type\":\"string\"}}}"
        .formatted(definitions, count);
  }
}
