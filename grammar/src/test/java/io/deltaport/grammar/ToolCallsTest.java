package io.deltaport.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.deltaport.grammar.Tool.Arguments;
import io.deltaport.grammar.ToolCalls.Count;
import io.deltaport.grammar.ToolCalls.Format;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Forced calls of tools, with the tokenizer of a model that has {@code <tool_call>} as a token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ToolCallsTest {
  private static final String WEATHER_SCHEMA =
      """
      {"type": "object", "properties": {"city": {"type": "string", "minLength": 1},
       "days": {"type": "integer", "minimum": 1, "maximum": 14}, "unit": {"$ref": "#/$defs/unit"},
       "where": {"type": "object", "properties": {"lat": {"type": "number"}}, "required": ["lat"],
       "additionalProperties": false}}, "required": ["city", "unit"],
       "additionalProperties": false, "$defs": {"unit": {"enum": ["celsius", "kelvin"]}}}""";
  private static final Tool WEATHER = new Tool("get_weather", WEATHER_SCHEMA, Arguments.BY_SCHEMA);
  private static final Tool CLOCK = new Tool("clock", "{}", Arguments.BY_SCHEMA);

  private ChatTiny chat;

  @BeforeAll
  void open() {
    chat = new ChatTiny();
  }

  @AfterAll
  void close() {
    if (chat != null) {
      chat.close();
    }
  }

  @Test
  void hermesCallsAreTakenAsTheTemplateWritesThem() {
    try (Grammar grammar = compile(Format.HERMES_JSON, Count.ONE_OR_MORE, WEATHER, CLOCK)) {
      String call =
          "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Paris\", \"unit\":"
              + " \"kelvin\"}}\n</tool_call>";
      assertTrue(takes(grammar, call));
      assertTrue(
          takes(
              grammar,
              call + "\n<tool_call>\n{\"name\": \"clock\", \"arguments\": {}}\n</tool_call>"));
      assertFalse(takes(grammar, call + "\n"));
      assertFalse(takes(grammar, call.replace("kelvin", "metre")));
      assertFalse(takes(grammar, call.replace("get_weather", "other")));
      assertFalse(takes(grammar, call.replace(", \"unit\": \"kelvin\"", "")));
      assertFalse(takes(grammar, "It is late. " + call));
    }
  }

  @Test
  void coderCallsAreTakenAsTheTemplateWritesThem() {
    try (Grammar grammar = compile(Format.CODER_XML, Count.ONE_OR_MORE, WEATHER, CLOCK)) {
      String call =
          """
          <tool_call>
          <function=get_weather>
          <parameter=city>
          New
          "York" < </parameter
          </parameter>
          <parameter=days>
          3
          </parameter>
          <parameter=unit>
          kelvin
          </parameter>
          <parameter=where>
          {"lat": 1.5}
          </parameter>
          </function>
          </tool_call>""";
      assertTrue(takes(grammar, call));
      assertTrue(
          takes(grammar, call + "\n<tool_call>\n<function=clock>\n</function>\n</tool_call>"));
      assertFalse(takes(grammar, call.replace("\n3\n", "\n15\n")));
      assertFalse(takes(grammar, call.replace("kelvin", "metre")));
      assertFalse(takes(grammar, call.replace("\"lat\"", "\"long\"")));
      assertFalse(takes(grammar, call.replace("<parameter=unit>\nkelvin\n</parameter>\n", "")));
      assertFalse(takes(grammar, call.replace("=days>", "=hours>")));
    }
  }

  @Test
  void oneCallIsOne() {
    for (Format format : Format.values()) {
      try (Grammar grammar = compile(format, Count.ONE, CLOCK);
          GrammarMatcher matcher = grammar.matcher()) {
        matcher.consume(chat.output(grammar, 0, new Random(1)));
        assertTrue(matcher.isStopped());
      }
    }
  }

  @Test
  void lineBreaksMayComeBeforeACall() {
    for (Format format : Format.values()) {
      ToolCalls calls = new ToolCalls(format, List.of(CLOCK), Count.ONE);
      try (Grammar grammar = chat.compiler.compile(new GrammarSource.AfterLineBreaks(calls))) {
        String call = Grammars.text(chat.tokens, chat.output(grammar, 0, new Random(1))).strip();
        assertTrue(takes(grammar, call));
        assertTrue(takes(grammar, "\n\n" + call));
        assertFalse(takes(grammar, "\n\n\n" + call));
      }
    }
  }

  @Test
  void theTokenIsTheOnlyWayToWriteATag() {
    for (Format format : Format.values()) {
      try (Grammar grammar = compile(format, Count.ONE, WEATHER);
          GrammarMatcher matcher = grammar.matcher()) {
        TokenMask mask = Grammars.mask(matcher, ChatTiny.ROWS);
        assertEquals(1, mask.count());
        assertTrue(mask.allows(chat.id("<tool_call>")));
        assertEquals(chat.id("<tool_call>"), matcher.forced()[0]);
      }
    }
  }

  @Test
  void aTagWithoutATokenIsText() {
    GrammarTokens plain = new WithoutToolTokens(chat.tokens);
    int[] ends = {chat.id("<|im_end|>")};
    try (GrammarCompiler compiler =
            new GrammarCompiler(plain, ChatTiny.ROWS, ends, GrammarLimits.defaults());
        Grammar grammar =
            compiler.compile(new ToolCalls(Format.CODER_XML, List.of(CLOCK), Count.ONE));
        GrammarMatcher matcher = grammar.matcher()) {
      matcher.consume(chat.tokens.id("<").orElseThrow());
      assertFalse(matcher.isStopped());
    }
  }

  @Test
  void everyHermesCallIsValid() throws Exception {
    Schema judge = judge(WEATHER_SCHEMA);
    Random random = new Random(5);
    try (Grammar grammar = compile(Format.HERMES_JSON, Count.ONE, WEATHER)) {
      for (int walk = 0; walk < 40; walk++) {
        String call = Grammars.text(chat.tokens, chat.output(grammar, random.nextInt(60), random));
        String json = call.replaceAll("^<tool_call>\n|\n</tool_call>$", "");
        JsonNode parsed = JsonMapper.builder().build().readTree(json);
        assertEquals("get_weather", parsed.get("name").asText(), call);
        assertEquals(List.of(), judge.validate(parsed.get("arguments")), call);
      }
    }
  }

  @Test
  void everyCoderCallHasArgumentsOfTheSchema() throws Exception {
    Schema judge = judge(WEATHER_SCHEMA);
    Random random = new Random(6);
    try (Grammar grammar = compile(Format.CODER_XML, Count.ONE, WEATHER)) {
      for (int walk = 0; walk < 40; walk++) {
        String call = Grammars.text(chat.tokens, chat.output(grammar, random.nextInt(80), random));
        assertEquals(List.of(), judge.validate(arguments(call)), call);
      }
    }
  }

  @Test
  void openArgumentsAreAnyArguments() {
    Tool open = new Tool("get_weather", WEATHER_SCHEMA, Arguments.ANY);
    try (Grammar grammar = compile(Format.HERMES_JSON, Count.ONE, open)) {
      assertTrue(
          takes(
              grammar,
              "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"x\": [1]}}\n</tool_call>"));
    }
    try (Grammar grammar = compile(Format.CODER_XML, Count.ONE, open)) {
      assertTrue(
          takes(
              grammar,
              "<tool_call>\n<function=get_weather>\n<parameter=x y>\na\nb\n</parameter>\n</function>\n</tool_call>"));
    }
  }

  @Test
  void stringsOfACoderCallAreHeldToTheirKeywords() {
    assertValue("{\"type\": \"string\"}", "123", true);
    assertValue("{\"type\": \"string\"}", "", true);
    assertValue("{\"type\": \"string\"}", "a\n</parameter> b", false);
    assertValue("{\"type\": \"string\", \"maxLength\": 3}", "abcd", false);
    assertValue("{\"type\": \"string\", \"maxLength\": 3}", "abc", true);
    assertValue("{\"type\": \"string\", \"pattern\": \"b[0-9]\"}", "ab1c", true);
    assertValue("{\"type\": \"string\", \"pattern\": \"^b[0-9]$\"}", "ab1c", false);
    assertValue("{\"type\": \"string\", \"pattern\": \"^(a|b/)$\"}", "b/", true);
    assertValue("{\"type\": [\"string\", \"null\"], \"maxLength\": 2}", "null", true);
    assertValue(
        "{\"anyOf\": [{\"type\": \"string\", \"maxLength\": 2}, {\"type\": \"null\"}]}",
        "null",
        true);
    assertValue(
        "{\"anyOf\": [{\"type\": \"string\", \"maxLength\": 2}, {\"type\": \"null\"}]}",
        "abc",
        false);
    assertValue("{\"anyOf\": [{\"const\": \"a\"}, {\"enum\": [\"b\", null]}]}", "null", true);
    assertValue("{\"anyOf\": [{\"const\": \"a\"}, {\"enum\": [\"b\", null]}]}", "c", false);
    assertValue("{\"type\": \"boolean\"}", "true", true);
    assertValue("{\"type\": \"boolean\"}", "True", false);
    assertValue("{\"type\": [\"null\", \"integer\"]}", "null", true);
    assertValue("{\"type\": \"array\", \"items\": {\"type\": \"integer\"}}", "[1, 2]", true);
    assertValue("{}", "anything", true);
    assertValue("true", "anything", true);
  }

  @Test
  void toolsThatCannotBeWrittenAreRefused() {
    assertThrows(GrammarException.class, () -> new Tool("a>b", "{}", Arguments.ANY));
    assertThrows(GrammarException.class, () -> new Tool("", "{}", Arguments.ANY));
    assertThrows(
        GrammarException.class, () -> new ToolCalls(Format.CODER_XML, List.of(), Count.ONE));
    assertRefused("{\"type\": \"array\"}", "expected type object");
    assertRefused("{\"properties\": {\"a>\": {}}}", "names without tags");
    assertRefused("{\"required\": [\"a\"]}", "names of properties");
    assertRefused("{\"properties\": {\"a\": false}}", "a schema that some value fits");
    assertRefused("{\"properties\": {\"a\": {\"$ref\": \"#/$defs/b\"}}}", "$ref");
    assertRefused(
        "{\"properties\": {\"a\": {\"$ref\": \"#/$defs/b\"}}, \"$defs\": {\"b\": {\"$ref\": \"#/$defs/b\"}}}",
        "circle");
    assertRefused(
        "{\"properties\": {\"a\": {\"type\": \"string\", \"pattern\": \"^a|b$\"}}}", "alternative");
    assertRefused("{\"properties\"", "expected JSON");
  }

  private void assertRefused(String parameters, String reason) {
    Tool tool = new Tool("f", parameters, Arguments.BY_SCHEMA);
    String message =
        assertThrows(GrammarException.class, () -> compile(Format.CODER_XML, Count.ONE, tool))
            .getMessage();
    assertTrue(String.valueOf(message).contains(reason), message);
  }

  private void assertValue(String schema, String value, boolean taken) {
    Tool tool =
        new Tool(
            "f",
            "{\"properties\": {\"a\": " + schema + "}, \"required\": [\"a\"]}",
            Arguments.BY_SCHEMA);
    try (Grammar grammar = compile(Format.CODER_XML, Count.ONE, tool)) {
      String call =
          "<tool_call>\n<function=f>\n<parameter=a>\n"
              + value
              + "\n</parameter>\n</function>\n</tool_call>";
      assertEquals(taken, takes(grammar, call), schema + " " + value);
    }
  }

  private Grammar compile(Format format, Count count, Tool... tools) {
    return chat.compiler.compile(new ToolCalls(format, List.of(tools), count));
  }

  private boolean takes(Grammar grammar, String text) {
    return Grammars.takes(grammar, chat.tokens, text);
  }

  /** The arguments of a call, as a reader with the schema of the weather takes them. */
  private static JsonNode arguments(String call) throws Exception {
    JsonMapper json = JsonMapper.builder().build();
    var arguments = json.createObjectNode();
    Matcher parameters =
        Pattern.compile("<parameter=(\\w+)>\n(.*?)\n</parameter>\n", Pattern.DOTALL).matcher(call);
    while (parameters.find()) {
      String value = parameters.group(2);
      boolean text = List.of("city", "unit").contains(parameters.group(1));
      arguments.set(
          parameters.group(1), text ? json.getNodeFactory().textNode(value) : json.readTree(value));
    }
    return arguments;
  }

  private static Schema judge(String schema) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(schema);
  }

  /** The same tokens, none of which is a tag of tool calls. */
  private record WithoutToolTokens(GrammarTokens tokens) implements GrammarTokens {
    @Override
    public int size() {
      return tokens.size();
    }

    @Override
    public byte[] bytes(int id) {
      return tokens.bytes(id);
    }

    @Override
    public boolean isAdded(int id) {
      return tokens.isAdded(id);
    }

    @Override
    public OptionalInt id(String token) {
      return token.contains("tool_call") ? OptionalInt.empty() : tokens.id(token);
    }

    @Override
    public int[] encode(String text) {
      return tokens.encode(text);
    }
  }
}
