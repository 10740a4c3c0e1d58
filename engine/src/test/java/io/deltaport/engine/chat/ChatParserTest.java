package io.deltaport.engine.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatParserTest {
  private static final String TOOLS =
      """
      [{"type": "function", "function": {"name": "f", "parameters": {"type": "object",
        "$defs": {"C": {"type": "object"}, "R": {"$ref": "#/$defs/R"}},
        "properties": {
          "s": {"type": "string"}, "i": {"type": "integer"}, "n": {"type": "number"},
          "b": {"type": "boolean"}, "o": {"type": "object"}, "a": {"type": "array"},
          "ns": {"type": ["null", "string"]}, "ni": {"anyOf": [{"type": "null"}, {"type": "integer"}]},
          "r": {"$ref": "#/$defs/C"}, "loop": {"$ref": "#/$defs/R"}, "t": {"type": "string"}}}}},
       {"type": "function", "function": {"name": "g"}}]
      """;

  private static List<Map<String, Object>> tools() {
    try {
      return new ObjectMapper().readValue(TOOLS, new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code #} stands for a newline. */
  @ParameterizedTest
  @DisplayName("pitfall 43: the rendered prompt says whether reasoning has begun")
  @CsvSource({
    "'<|assistant|>#', 'Just an answer.', '|Just an answer.|'",
    "'<|assistant|>#', '<think>#why#</think>##because', 'why|because|'",
    "'<|assistant|>#', '  <think>why</think>because', 'why|because|'",
    "'<|assistant|>#<think>#', 'why#</think>##because', 'why|because|'",
    "'<|assistant|>#<think>#', '<think>#why#</think>##because', 'why|because|'",
    "'<|assistant|>#<think>##</think>##', 'because', '|because|'",
    "'<think>', 'a < b </thin b', 'a < b </thin b||'",
    "'<|assistant|>#', '<thin ice>', '|<thin ice>|'",
    "'<|assistant|>#', '<thi', '|<thi|'",
    "'<|assistant|>#', 'a <think> b', '|a <think> b|'",
    "'<think>', 'a</think>b</think>c', 'a|b</think>c|'",
    "'<think>#', 'a#<tool_call>#<function=g>#</function>#</tool_call>', 'a||g({})'",
    "'<think>#', 'a#<tool_call>#<function=g>', 'a||g()?'"
  })
  void tellsReasoningFromAnswer(String prompt, String output, String expected) {
    check(ChatFormat.XML, prompt, output, expected);
  }

  @ParameterizedTest
  @DisplayName("pitfall 44: calls of <function=…> blocks")
  @CsvSource({
    "'<tool_call>#<function=g>#</function>#</tool_call>', '||g({})'",
    "'<tool_call><function=g></function></tool_call>', '||g({})'",
    "'Hi.##<tool_call>#<function=g>#</function>#</tool_call>', '|Hi.|g({})'",
    "'A.#<tool_call>#<function=g>#</function>#</tool_call>#B.#<tool_call>#<function=f>#</function>#</tool_call>#', '|A.#B.|g({})f({})'",
    "'<tool_call>#<function=g>#</function>#</tool_call>#Done.', '|Done.|g({})'",
    "'P#x#/P#E', '||f({\"s\": \"x\"})'",
    "'P###x###/P#E', '||f({\"s\": \"\\n\\nx\\n\\n\"})'",
    "'Px/PE', '||f({\"s\": \"x\"})'",
    "'P#/P#E', '||f({\"s\": \"\"})'",
    "'P##/P#E', '||f({\"s\": \"\"})'",
    "'P#a \"q\" \\ \t é 😀#/P#E', '||f({\"s\": \"a \\\"q\\\" \\\\ \\t é 😀\"})'",
    "'P#123#/P#E', '||f({\"s\": \"123\"})'",
    "'P#null#/P#E', '||f({\"s\": \"null\"})'",
    "'P#a </parameter> b#/P#E', '||f({\"s\": \"a </parameter> b\"})'",
    "'P#a#</parameter>#b#/P#E', '||f({\"s\": \"a\\n</parameter>\\nb\"})'",
    "'P#a#</function>#b#/P#E', '||f({\"s\": \"a\\n</function>\\nb\"})'",
    "'P#<tool_call>#<function=g>#</tool_call> b#/P#E', '||f({\"s\": \"<tool_call>\\n<function=g>\\n</tool_call> b\"})'",
    "'P#<parameter=x>#b#/P#E', '||f({\"s\": \"<parameter=x>\\nb\"})'",
    "'P#a#</function>#</tool_call>', '||f({\"s\": \"a\"})'",
    "'P#a#</tool_call>', '||f({\"s\": \"a\"})'",
    "'P#a#</tool_call>#<tool_call>#<function=g>#</function>#</tool_call>', '||f({\"s\": \"a\"})g({})'",
    "'P#a#<parameter=t>#b#/P#E', '||f({\"s\": \"a\", \"t\": \"b\"})'",
    "'P#a#/P#</tool_call>', '||f({\"s\": \"a\"})'",
    "'P#a#/P#</function>', '||f({\"s\": \"a\"})'",
    "'P#a#/P#</function>#Text.', '|Text.|f({\"s\": \"a\"})'",
    "'P#a#/P#<parameter=s>#b#/P#E', '||f({\"s\": \"a\"})'",
    "'<tool_call>#<function=f>#<function=f>#</function>#</tool_call>', '||f({})'",
    "'<tool_call>#<function=f>#junk#</parameter>#</function>#</tool_call>', '||f({})'",
    "'<function=f>#<parameter=s>#a#/P#E', '||f({\"s\": \"a\"})'",
    "'Text.#<function=g>#</function>#</tool_call>', '|Text.|g({})'",
    "'Write <function=g> so.', '|Write <function=g> so.|'",
    "'<function=unknown>', '|<function=unknown>|'",
    "'P#a', '||f({\"s\": \"a)?'",
    "'P#a#</param', '||f({\"s\": \"a)?'",
    "'P#a#/P#', '||f({\"s\": \"a\")?'",
    "'<tool_call>#<func', '|<tool_call>#<func|'",
    "'<tool_call>', '|<tool_call>|'",
    "'<tool_call>#nothing#</tool_call>', '|<tool_call>#nothing#</tool_call>|'",
    "'<tool_call>#{\"name\": \"g\", \"arguments\": {}}#</tool_call>', '||g({})'",
    "'a </tool_call> b', '|a </tool_call> b|'"
  })
  void readsCallsOfXml(String output, String expected) {
    String whole =
        output
            .replaceFirst("^P", "<tool_call>#<function=f>#<parameter=s>")
            .replace("/P", "</parameter>")
            .replaceFirst("E$", "</function>#</tool_call>");
    check(ChatFormat.XML, "", whole, expected);
  }

  @ParameterizedTest
  @DisplayName("pitfall 44: values have the types of the schema")
  @CsvSource(
      delimiter = ';',
      value = {
        "i; 5; 5",
        "n; 1.0; 1.0",
        "n; five; \"five\"",
        "i; ; \"\"",
        "b; True; true",
        "b; false; false",
        "b; perhaps; \"perhaps\"",
        "o; {\"a\": [1, 2]}; {\"a\": [1, 2]}",
        "o; {'a': True, \"b\": None, 'c': 'it\\'s \"x\"'}; {\"a\": true, \"b\": null, \"c\": \"it's \\\"x\\\"\"}",
        "a; (1, 2); [1, 2]",
        "a; [1, 2; \"[1, 2\"",
        "a; ['x; \"['x\"",
        "r; {\"a\": 1}; {\"a\": 1}",
        "loop; {}; \"{}\"",
        "unknown; 5; \"5\"",
        "ns; null; null",
        "ns; None; null",
        "ns; nullable; \"nullable\"",
        "ns; text; \"text\"",
        "ni; null; null",
        "ni; 7; 7",
        "i; null; \"null\""
      })
  void valuesHaveTheTypesOfTheSchema(String name, @Nullable String value, String json) {
    String given = value == null ? "" : value;
    check(
        ChatFormat.XML,
        "",
        "<tool_call>#<function=f>#<parameter=%s>#%s#</parameter>#</function>#</tool_call>"
            .formatted(name, given),
        "||f({\"%s\": %s})".formatted(name, json));
  }

  @ParameterizedTest
  @DisplayName("pitfall 44: calls of JSON")
  @CsvSource({
    "'<tool_call>#{\"name\": \"f\", \"arguments\": {\"s\": \"x\"}}#</tool_call>', '||f({\"s\": \"x\"})'",
    "'<tool_call>{\"arguments\": {\"n\": 1.0}, \"name\": \"f\"}</tool_call>', '||f({\"n\": 1.0})'",
    "'A.#<tool_call>#{\"name\": \"f\"}#</tool_call>#<tool_call>#{\"name\": \"g\", \"arguments\": {}}#</tool_call>', '|A.|f({})g({})'",
    "'C\"{\\\"s\\\": 1}\"E', '||f({\"s\": 1})'",
    "'C\"\"E', '||f({})'",
    "'CnullE', '||f({})'",
    "'C{\"s\": \"} </tool_call> {\"}E', '||f({\"s\": \"} </tool_call> {\"})'",
    "'C{\"s\": \"\\\\\\\" </tool_call>\"}E', '||f({\"s\": \"\\\\\\\" </tool_call>\"})'",
    "'C{\"s\": }E', '|C{\"s\": }E|'",
    "'C[1]E', '|C[1]E|'",
    "'C\"{\"E', '|C\"{\"E|'",
    "'C{\"s\": {}E', '|C{\"s\": {}E|'",
    "'<tool_call>#{\"arguments\": {}}#</tool_call>', '|<tool_call>#{\"arguments\": {}}#</tool_call>|'",
    "'<tool_call>#nothing#</tool_call>#<tool_call>#{\"name\": \"g\"}#</tool_call>', '|<tool_call>#nothing#</tool_call>|g({})'",
    "'<tool_call>#{\"name\": \"g\"}', '||g({})'",
    "'C{\"s\": \"x', '||f({\"s\": \"x)?'",
    "'<tool_call>#{\"name\": \"g', '|<tool_call>#{\"name\": \"g|'",
    "'<function=g>', '|<function=g>|'"
  })
  void readsCallsOfJson(String output, String expected) {
    check(ChatFormat.JSON, "", json(output), json(expected));
  }

  private static String json(String text) {
    return text.replace("C", "<tool_call>#{\"name\": \"f\", \"arguments\": ")
        .replace("E", "}#</tool_call>");
  }

  @Test
  void withoutToolsACallIsText() {
    String output = "a <tool_call>\n<function=g>\n</function>\n</tool_call>\n";
    for (int size = 1; size <= output.length(); size++) {
      assertEquals(
          "|" + output + "|",
          ChatOutput.shown(ChatOutput.ofTokens(ChatFormat.XML, "", List.of(), size, output)));
    }
  }

  @Test
  @DisplayName("pitfall 44: where tags are tokens the same text is none")
  void whereTagsAreTokensTheSameTextIsNone() {
    ChatParser parser = ChatOutput.parserOfTokens(ChatFormat.XML, "<think>", tools());
    Answer.Collector collector = new Answer.Collector();
    parser.add(99, "a </think> <tool_call> b").forEach(collector::on);
    assertTrue(parser.isReasoning());
    parser.add(1, "</think>").forEach(collector::on);
    assertFalse(parser.isReasoning());
    parser.add(99, "c <tool_call> d").forEach(collector::on);
    parser.finish().forEach(collector::on);
    assertEquals("a </think> <tool_call> b", collector.choice(ChatOutput.CHOICE).reasoning());
    assertEquals("c <tool_call> d", collector.choice(ChatOutput.CHOICE).text());
    assertEquals(List.of(), collector.choice(ChatOutput.CHOICE).toolCalls());
  }

  @Test
  void bytesThatEndNoCharacterComeBeforeTheTag() {
    ChatParser parser = ChatOutput.parserOfTokens(ChatFormat.XML, "<think>", tools());
    assertEquals(List.of(new Event.Reasoning(3, "\uFFFD")), parser.add(1, "\uFFFD</think>"));
    assertEquals(List.of(new Event.Text(3, "\uFFFD")), parser.finish("\uFFFD"));
  }

  @Test
  void tagsThatHaveNoTextCountToo() {
    ChatParser parser = ChatOutput.parserOfTokens(ChatFormat.JSON, "<think>", tools());
    parser.add(1, "");
    parser.add(2, "");
    assertFalse(parser.isReasoning());
    parser.add(99, "{\"name\": \"g\"}");
    assertFalse(parser.hasCall());
    parser.add(3, "");
    assertTrue(parser.hasCall());
  }

  @Test
  @DisplayName("pitfall 44: a string comes as it is written")
  void stringsComeAsTheyAreWritten() {
    ChatParser parser = ChatOutput.parserOfTokens(ChatFormat.XML, "", tools());
    parser.add(2, "<tool_call>");
    assertEquals("f", started(parser.add(99, "\n<function=f>")).name());
    assertEquals("{\"s\": ", arguments(parser.add(99, "\n<parameter=s>")));
    assertEquals("\"one", arguments(parser.add(99, "\none")));
    assertEquals(" \\\"two\\\"", arguments(parser.add(99, " \"two\"\n")));
    assertEquals("\\nthree", arguments(parser.add(99, "three")));
    assertEquals("", arguments(parser.add(99, "\n</parameter>")));
    assertEquals("\"", arguments(parser.add(99, "\n</function>").subList(0, 1)));
    assertTrue(parser.hasCall());
  }

  private static Event.ToolCallStarted started(List<Event> events) {
    return (Event.ToolCallStarted) events.get(0);
  }

  private static String arguments(List<Event> events) {
    StringBuilder json = new StringBuilder();
    events.forEach(event -> json.append(((Event.ToolCallArguments) event).json()));
    return json.toString();
  }

  @Test
  void eachCallHasAnIdOfItsOwn() {
    String call = "<tool_call>\n<function=g>\n</function>\n</tool_call>\n";
    Set<String> ids = new HashSet<>();
    List<Answer.ToolCall> calls =
        ChatOutput.message(ChatOutput.ofTokens(ChatFormat.XML, "", tools(), 9, call.repeat(50)))
            .toolCalls();
    calls.forEach(one -> ids.add(one.id()));
    assertEquals(50, ids.size());
    assertTrue(ids.stream().allMatch(id -> id.matches("call_[a-zA-Z0-9]{24}")), ids::toString);
  }

  /** Drawn strings of what means something: never an exception, the same however it is cut. */
  @Test
  @DisplayName("pitfall 44: any output is read, the same in pieces and whole")
  void anyOutputIsReadTheSameInPiecesAndWhole() throws IOException {
    List<String> words =
        List.of(
            "<think>",
            "</think>",
            "<tool_call>",
            "</tool_call>",
            "<function=f>",
            "</function>",
            "<parameter=s>",
            "<parameter=i>",
            "<parameter=ns>",
            "</parameter>",
            "\n",
            "\n",
            " ",
            "x",
            "null",
            "5",
            "{\"name\": \"g\"",
            ", \"arguments\": {",
            "}",
            "\"",
            "\\",
            "<",
            "</",
            ">");
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      StringBuilder drawn = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        drawn.append(words.get(random.nextInt(words.size())));
      }
      String output = drawn.toString();
      for (ChatFormat format : ChatFormat.values()) {
        String prompt = random.nextBoolean() ? "<think>\n" : "";
        List<Event> whole = ChatOutput.ofText(format, prompt, tools(), output.length(), output);
        for (int size : new int[] {1, 2, 5}) {
          assertEquals(
              ChatOutput.shown(whole),
              ChatOutput.shown(ChatOutput.ofText(format, prompt, tools(), size, output)),
              output);
        }
        ChatOutput.ofTokens(format, prompt, tools(), 3, output);
        for (Answer.ToolCall call : ChatOutput.message(whole).toolCalls()) {
          assertTrue(
              !call.isWhole() || new ObjectMapper().readTree(call.arguments()).isObject(), output);
        }
      }
    }
  }

  private static void check(ChatFormat format, String prompt, String output, String expected) {
    String before = prompt.replace('#', '\n');
    String text = output.replace('#', '\n');
    String shown = expected.replace("#", "\n");
    for (int size = 1; size <= text.length(); size++) {
      List<Event> events = ChatOutput.ofText(format, before, tools(), size, text);
      assertEquals(shown, ChatOutput.shown(events), "text of pieces of " + size);
      List<Event> ofTokens = ChatOutput.ofTokens(format, before, tools(), size, text);
      assertEquals(shown, ChatOutput.shown(ofTokens), "tokens, pieces of " + size);
    }
  }
}
