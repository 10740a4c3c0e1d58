package io.deltaport.grammar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.grammar.GrammarSource.AnyJson;
import io.deltaport.grammar.GrammarSource.Choice;
import io.deltaport.grammar.GrammarSource.JsonSchema;
import io.deltaport.grammar.GrammarSource.Lark;
import io.deltaport.grammar.GrammarSource.Regex;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Masks, drafts, taking back, and what the end of an output is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatcherTest {
  private static final JsonSchema PERSON =
      new JsonSchema(
          """
          {"type": "object", "properties": {"name": {"type": "string"}, "tags": {"type": "array",
           "items": {"enum": ["red", "green"]}}}, "required": ["name", "tags"],
           "additionalProperties": false}""");

  private final SmallTokens tokens = new SmallTokens();
  private final int end = tokens.added(SmallTokens.END);
  private final int otherEnd = tokens.added(SmallTokens.OTHER_END);
  private GrammarCompiler compiler;

  @BeforeAll
  void open() {
    compiler = Grammars.compiler(tokens);
  }

  @AfterAll
  void close() {
    if (compiler != null) {
      compiler.close();
    }
  }

  @Test
  void theMaskIsWhatADraftOfOneMayBe() {
    for (GrammarSource source : List.of(new AnyJson(), PERSON, new Regex("[a-c]{1,3}ä+"))) {
      Random random = new Random(7);
      try (Grammar grammar = compiler.compile(source);
          GrammarMatcher matcher = grammar.matcher()) {
        for (int i = 0; i < 30 && !matcher.isStopped(); i++) {
          TokenMask mask = Grammars.mask(matcher, Grammars.ROWS);
          for (int id = 0; id < Grammars.ROWS; id++) {
            assertEquals(mask.allows(id), matcher.accepts(id) == 1, source + " id " + id);
          }
          assertEquals(0, matcher.accepts(-1) + matcher.accepts(Grammars.ROWS));
          matcher.consume(Grammars.pick(mask, random));
        }
      }
    }
  }

  @Test
  void paddedIdsAreNeverLegal() {
    try (Grammar grammar = compiler.compile(new Lark("start: <[*]>*"));
        GrammarMatcher matcher = grammar.matcher()) {
      TokenMask mask = Grammars.mask(matcher, Grammars.ROWS);
      assertTrue(mask.allows('a'));
      IntStream.range(tokens.size(), Grammars.ROWS).forEach(id -> assertFalse(mask.allows(id)));
      assertEquals(0, matcher.accepts(tokens.size()));
      assertThrows(GrammarException.class, () -> matcher.consume(Grammars.ROWS - 1));
    }
  }

  @Test
  void addedTokensSpellNoText() {
    try (Grammar grammar = compiler.compile(new Regex("(?s:.*)"));
        GrammarMatcher matcher = grammar.matcher()) {
      assertEquals(0, matcher.accepts(tokens.added("<tool_call>")));
      int[] spelled = tokens.encode("<tool_call>");
      assertEquals(spelled.length, matcher.accepts(spelled));
    }
  }

  @Test
  void aDraftIsCutAtItsFirstIllegalToken() {
    try (Grammar grammar = compiler.compile(new Choice(List.of("red", "green")));
        GrammarMatcher matcher = grammar.matcher()) {
      assertEquals(3, matcher.accepts('r', 'e', 'd'));
      assertEquals(2, matcher.accepts('r', 'e', 'r', 'e'));
      assertEquals(0, matcher.accepts('b', 'r'));
      assertEquals(0, matcher.accepts());
      assertEquals(4, matcher.accepts('r', 'e', 'd', end, 'r'));
      assertEquals(2, matcher.accepts('r', 'e', end));
      assertEquals(0, matcher.accepts(end));
      matcher.consume('r');
      assertEquals(2, matcher.accepts('e', 'd'));
    }
  }

  /** The caller knows where reasoning ends, and asks about what comes after. */
  @Test
  void theRowsAfterTheEndOfReasoningAreMasked() {
    int endOfReasoning = tokens.added("</think>");
    int[] draft = {'h', 'm', endOfReasoning, '{', '"', 'a', '"', ':', 'x'};
    try (Grammar grammar = compiler.compile(new AnyJson());
        GrammarMatcher matcher = grammar.matcher()) {
      assertEquals(0, matcher.accepts(endOfReasoning));
      int[] after = IntStream.of(draft).skip(3).toArray();
      assertEquals(5, matcher.accepts(after));
      assertTrue(Grammars.mask(matcher, Grammars.ROWS).allows('{'));
    }
  }

  @Test
  void whatIsTakenBackWasNeverThere() {
    for (GrammarSource source : List.of(new AnyJson(), PERSON, new Regex("(ab?c|Grüße)*"))) {
      Random random = new Random(11);
      try (Grammar grammar = compiler.compile(source);
          GrammarMatcher plain = grammar.matcher();
          GrammarMatcher drafted = grammar.matcher()) {
        for (int i = 0; i < 40 && !plain.isStopped(); i++) {
          int drafts = random.nextInt(6);
          int taken = 0;
          for (; taken < drafts && !drafted.isStopped(); taken++) {
            drafted.consume(Grammars.pick(Grammars.mask(drafted, Grammars.ROWS), random));
          }
          drafted.rollback(taken);
          assertSame(plain, drafted);
          int next = Grammars.pick(Grammars.mask(plain, Grammars.ROWS), random);
          plain.consume(next);
          drafted.consume(next);
        }
        assertSame(plain, drafted);
      }
    }
  }

  @Test
  void theWholeOutputCanBeTakenBack() {
    try (Grammar grammar = compiler.compile(new Choice(List.of("red")));
        GrammarMatcher matcher = grammar.matcher();
        GrammarMatcher fresh = grammar.matcher()) {
      matcher.consume('r', 'e', 'd', end);
      matcher.rollback(1);
      assertTrue(matcher.isAccepting());
      matcher.consume(otherEnd);
      matcher.rollback(4);
      assertSame(fresh, matcher);
      assertThrows(GrammarException.class, () -> matcher.rollback(1));
      assertThrows(GrammarException.class, () -> matcher.rollback(-1));
      matcher.rollback(0);
      assertSame(fresh, matcher);
    }
  }

  @Test
  void anIllegalTokenChangesNothing() {
    try (Grammar grammar = compiler.compile(PERSON);
        GrammarMatcher matcher = grammar.matcher();
        GrammarMatcher other = grammar.matcher()) {
      matcher.consume('{', '"');
      other.consume('{', '"');
      assertThrows(GrammarException.class, () -> matcher.consume('n', 'a', 'm', 'x'));
      assertSame(other, matcher);
      matcher.consume('n', 'a', 'm', 'e');
    }
  }

  @Test
  void onlyAnEndFollowsAWholeOutput() {
    try (Grammar grammar = compiler.compile(new Choice(List.of("red")));
        GrammarMatcher matcher = grammar.matcher()) {
      assertFalse(matcher.isStopped() || matcher.isAccepting());
      matcher.consume('r', 'e', 'd');
      assertTrue(matcher.isStopped() && matcher.isAccepting());
      TokenMask mask = Grammars.mask(matcher, Grammars.ROWS);
      assertEquals(2, mask.count());
      assertTrue(mask.allows(end) && mask.allows(otherEnd));
      assertEquals(1, matcher.accepts(end, end));
      matcher.consume(end);
      assertTrue(matcher.isStopped());
      assertFalse(matcher.isAccepting());
      assertEquals(0, Grammars.mask(matcher, Grammars.ROWS).count());
      assertEquals(0, matcher.accepts(end));
      assertThrows(GrammarException.class, () -> matcher.consume(end));
    }
  }

  @Test
  void anOutputMayEndBeforeItsGrammarDoes() {
    try (Grammar grammar = compiler.compile(new Regex("a+"));
        GrammarMatcher matcher = grammar.matcher()) {
      assertFalse(Grammars.mask(matcher, Grammars.ROWS).allows(end));
      matcher.consume('a');
      assertTrue(matcher.isAccepting());
      assertFalse(matcher.isStopped());
      assertTrue(Grammars.mask(matcher, Grammars.ROWS).allows(end));
      matcher.consume(end);
      assertTrue(matcher.isStopped());
      assertEquals(0, Grammars.mask(matcher, Grammars.ROWS).count());
      matcher.rollback(1);
      matcher.consume('a');
      assertTrue(matcher.isAccepting());
    }
  }

  @Test
  void whatMustComeIsForced() {
    try (Grammar grammar =
            compiler.compile(
                new Lark("start: \"name\" <tool_call> (\"red\" | \"green\") \"blue\""));
        GrammarMatcher matcher = grammar.matcher()) {
      int name = tokens.encode("name")[0];
      assertArrayEquals(new int[] {name, tokens.added("<tool_call>")}, matcher.forced());
      assertArrayEquals(matcher.forced(), matcher.forced());
      matcher.consume(matcher.forced());
      assertArrayEquals(new int[0], matcher.forced());
      matcher.consume('g');
      assertEquals("reen", Grammars.text(tokens, matcher.forced()));
      matcher.consume(matcher.forced());
      assertArrayEquals(new int[0], matcher.forced());
      matcher.consume(tokens.encode("blue"));
      assertTrue(matcher.isStopped());
      assertArrayEquals(new int[0], matcher.forced());
    }
  }

  @Test
  void forcedTextChangesNothing() {
    try (Grammar grammar = compiler.compile(PERSON);
        GrammarMatcher asked = grammar.matcher();
        GrammarMatcher plain = grammar.matcher()) {
      for (int id : tokens.encode("{\"name\": \"a\", \"tags\": [\"red\"]}")) {
        asked.forced();
        assertSame(plain, asked);
        asked.consume(id);
        plain.consume(id);
      }
      assertTrue(asked.isStopped());
    }
  }

  @Test
  void aCopyGoesItsOwnWay() {
    try (Grammar grammar = compiler.compile(new Choice(List.of("red", "real")));
        GrammarMatcher matcher = grammar.matcher()) {
      matcher.consume('r', 'e');
      try (GrammarMatcher copy = matcher.copy()) {
        copy.consume('a', 'l');
        assertTrue(copy.isStopped());
        assertEquals(1, matcher.accepts('d'));
        matcher.consume('d', end);
        copy.rollback(4);
        assertEquals(4, copy.accepts('r', 'e', 'a', 'l'));
        assertTrue(matcher.isStopped());
      }
    }
  }

  @Test
  void matchersOutliveGrammarAndCompiler() {
    GrammarMatcher matcher;
    try (GrammarCompiler own = Grammars.compiler(tokens);
        Grammar grammar = own.compile(new Choice(List.of("red")))) {
      matcher = grammar.matcher();
    }
    try (matcher) {
      assertEquals(3, matcher.accepts('r', 'e', 'd'));
    }
  }

  @Test
  void threadsShareCompilerAndGrammar() {
    GrammarSource open = new Regex("([a-z]{1,5} )*");
    try (Grammar shared = compiler.compile(open)) {
      List<String> outputs =
          IntStream.range(0, 64)
              .parallel()
              .mapToObj(
                  i -> {
                    try (Grammar own = compiler.compile(open)) {
                      return i % 2 == 0 ? output(own) : output(shared);
                    } catch (GrammarException e) {
                      return String.valueOf(e.getMessage()); // too many at a time
                    }
                  })
              .distinct()
              .toList();
      assertTrue(outputs.contains(output(shared)));
      assertTrue(outputs.size() <= 2, outputs.toString());
    }
  }

  private String output(Grammar grammar) {
    Random random = new Random(3);
    int[] ids = new int[40];
    try (GrammarMatcher matcher = grammar.matcher()) {
      for (int i = 0; i < ids.length && !matcher.isStopped(); i++) {
        ids[i] = Grammars.pick(Grammars.mask(matcher, Grammars.ROWS), random);
        matcher.consume(ids[i]);
      }
    }
    return Grammars.text(tokens, ids);
  }

  @Test
  void whatIsClosedSaysSo() {
    GrammarCompiler own = Grammars.compiler(tokens);
    Grammar grammar = own.compile(new AnyJson());
    GrammarMatcher matcher = grammar.matcher();
    for (AutoCloseable closed : List.of(matcher, grammar, own, matcher, grammar, own)) {
      assertClosesQuietly(closed);
    }
    TokenMask mask = new TokenMask(Grammars.ROWS);
    assertThrows(IllegalStateException.class, () -> own.compile(new AnyJson()));
    assertThrows(IllegalStateException.class, grammar::matcher);
    assertThrows(IllegalStateException.class, () -> matcher.mask(mask));
    assertThrows(IllegalStateException.class, () -> matcher.accepts('a'));
    assertThrows(IllegalStateException.class, () -> matcher.consume('a'));
    assertThrows(IllegalStateException.class, () -> matcher.rollback(0));
    assertThrows(IllegalStateException.class, matcher::isAccepting);
    assertThrows(IllegalStateException.class, matcher::isStopped);
    assertThrows(IllegalStateException.class, matcher::forced);
    assertThrows(IllegalStateException.class, matcher::copy);
  }

  @Test
  void sizesMustFit() {
    try (Grammar grammar = compiler.compile(new AnyJson());
        GrammarMatcher matcher = grammar.matcher()) {
      assertThrows(GrammarException.class, () -> matcher.mask(new TokenMask(Grammars.ROWS + 1)));
    }
    GrammarLimits limits = GrammarLimits.defaults();
    int[] ends = {end};
    assertThrows(
        GrammarException.class,
        () -> new GrammarCompiler(tokens, tokens.size() - 1, ends, limits).close());
    assertThrows(
        GrammarException.class,
        () ->
            new GrammarCompiler(tokens, Grammars.ROWS, new int[] {Grammars.ROWS}, limits).close());
    assertThrows(
        GrammarException.class,
        () -> new GrammarCompiler(tokens, Grammars.ROWS, new int[0], limits).close());
  }

  private static void assertClosesQuietly(AutoCloseable closeable) {
    assertDoesNotThrow(closeable::close);
  }

  private static void assertSame(GrammarMatcher expected, GrammarMatcher found) {
    assertEquals(expected.isStopped(), found.isStopped());
    assertEquals(expected.isAccepting(), found.isAccepting());
    assertArrayEquals(
        Grammars.mask(expected, Grammars.ROWS).words(),
        Grammars.mask(found, Grammars.ROWS).words());
  }
}
