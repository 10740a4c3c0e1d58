package io.deltaport.grammar;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.grammar.GrammarSource.AfterLineBreaks;
import io.deltaport.grammar.GrammarSource.AnyJson;
import io.deltaport.grammar.GrammarSource.Choice;
import io.deltaport.grammar.GrammarSource.JsonSchema;
import io.deltaport.grammar.GrammarSource.Lark;
import io.deltaport.grammar.GrammarSource.Regex;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of source: the texts that it takes and those that it refuses. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SourcesTest {
  private final SmallTokens tokens = new SmallTokens();
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
  void aChoiceIsOneOfItsTexts() {
    Choice source = new Choice(List.of("red", "green", "a\"b\\c\nd", "Grüße", "😀"));
    assertTakes(source, "red", "green", "a\"b\\c\nd", "Grüße", "😀");
    assertRefuses(source, "", "re", "redgreen", "blue", "a\"b");
  }

  @Test
  void aChoiceMayBeEmptyOrThePrefixOfAnother() {
    assertTakes(new Choice(List.of("", "a")), "", "a");
    assertTakes(new Choice(List.of("a", "ab", "a")), "a", "ab");
    assertThrows(GrammarException.class, () -> new Choice(List.of()));
  }

  @Test
  void aRegexMatchesTheWholeText() {
    assertTakes(new Regex("[a-c]+x/y"), "ax/y", "cabx/y");
    assertRefuses(new Regex("[a-c]+x/y"), "x/y", "ax/yz", "zax/y");
    assertTakes(new Regex("ä|\\p{Greek}{2}"), "ä", "αβ");
  }

  @Test
  void larkBringsRulesAndAddedTokens() {
    Lark source = new Lark("start: list\nlist: \"[\" (list (\",\" list)*)? \"]\"");
    assertTakes(source, "[]", "[[],[[]]]");
    assertRefuses(source, "[", "[[]", "[],[]");
    try (Grammar grammar = compiler.compile(new Lark("start: \"a\" <tool_call> \"b\""));
        GrammarMatcher matcher = grammar.matcher()) {
      matcher.consume('a', tokens.added("<tool_call>"), 'b');
      assertTrue(matcher.isAccepting());
    }
    assertRefuses(new Lark("start: \"a\" <tool_call> \"b\""), "a<tool_call>b");
  }

  @Test
  void anyJsonIsAnObject() {
    assertTakes(
        new AnyJson(), "{}", "{\"a\": [1, null, {\"b\": \"ü\\n\"}]}", "{\n  \"a\": -1.5e3\n}");
    assertRefuses(new AnyJson(), "[]", "1", "\"a\"", "{\"a\"}", "{'a': 1}", "{\"a\": 01}", " {}");
  }

  @Test
  void aSchemaHolds() {
    JsonSchema source =
        new JsonSchema(
            """
            {"type": "object", "properties": {"name": {"type": "string", "minLength": 2},
             "colour": {"enum": ["red", 12, null]}, "next": {"$ref": "#"}},
             "required": ["name"], "additionalProperties": false}""");
    assertTakes(
        source,
        "{\"name\": \"ab\"}",
        "{\"name\":\"ab\",\"colour\":null}",
        "{\"name\": \"ab\", \"colour\": 12, \"next\": {\"name\": \"cd\"}}");
    assertRefuses(
        source,
        "{}",
        "{\"name\": \"a\"}",
        "{\"name\": \"ab\", \"other\": 1}",
        "{\"name\": \"ab\", \"colour\": \"blue\"}",
        "{\"name\": \"ab\", \"next\": {}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{   \"a\":1}", "{\n\n\"a\":1}", "{\"a\":   1}", "{\t\"a\":1}", "{\"a\":1 \n}"})
  void whiteSpaceHasAnEnd(String text) {
    assertRefuses(new AnyJson(), text);
    assertRefuses(
        new JsonSchema(
            "{\"type\": \"object\", \"x-guidance\": {\"whitespace_pattern\": \"\\\\s*\"}}"),
        text);
  }

  @Test
  void lineBreaksMayComeFirst() {
    AfterLineBreaks source = new AfterLineBreaks(new Choice(List.of("red")));
    assertTakes(source, "red", "\nred", "\n\nred");
    assertRefuses(source, "\n\n\nred", "\n", " red");
    assertTakes(new AfterLineBreaks(new AnyJson()), "\n\n{}", "{}");
    assertTakes(new AfterLineBreaks(new Lark("start: \"a\" b\nb: \"c\"")), "\n\nac");
  }

  @Test
  void whatCannotBeHeldIsRefusedByName() {
    assertRefusal(new Regex("a("), "unclosed group");
    assertRefusal(new Regex("(?=a)b"), "look-around");
    assertRefusal(new Regex("[^\\s\\S]"), "no text fits the grammar");
    assertRefusal(new Lark("start: foo"), "unknown name: \"foo\"");
    assertRefusal(new Lark(""), "no start rule");
    assertRefusal(new Lark("start: <tool>"), "unknown special token");
    assertRefusal(new Lark("start: a \"x\"\na[max_tokens=3]: /b+/"), "max_tokens");
    assertRefusal(new JsonSchema("{\"type\":"), "expected JSON");
    assertRefusal(new JsonSchema("{} {}"), "expected JSON");
    assertRefusal(new JsonSchema("true"), "expected a JSON object");
    assertRefusal(new JsonSchema("{\"a\": 1, \"a\": 2}"), "Duplicate field");
    assertRefusal(new JsonSchema("{\"type\": \"colour\"}"), "colour");
    assertRefusal(new JsonSchema("{\"type\": \"string\", \"format\": \"colour\"}"), "colour");
    assertRefusal(new JsonSchema("{\"not\": {\"type\": \"string\"}}"), "not");
    assertRefusal(new JsonSchema("{\"$ref\": \"https://example.org/a.json\"}"), "$ref");
    assertRefusal(
        new JsonSchema("{\"type\": \"integer\", \"minimum\": 5, \"maximum\": 1}"), "Unsatisfiable");
    assertRefusal(new JsonSchema("{\"$ref\": \"#\"}"), "no text fits the grammar");
  }

  private void assertTakes(GrammarSource source, String... texts) {
    try (Grammar grammar = compiler.compile(source)) {
      for (String text : texts) {
        assertTrue(Grammars.takes(grammar, tokens, text), text);
      }
    }
  }

  private void assertRefuses(GrammarSource source, String... texts) {
    try (Grammar grammar = compiler.compile(source)) {
      for (String text : texts) {
        assertFalse(Grammars.takes(grammar, tokens, text), text);
      }
    }
  }

  private void assertRefusal(GrammarSource source, String reason) {
    String message =
        assertThrows(GrammarException.class, () -> compiler.compile(source)).getMessage();
    assertTrue(String.valueOf(message).contains(reason), message);
    assertFalse(String.valueOf(message).matches("(?s).*<(state|backtrace|non-verbose).*"), message);
  }
}
