package io.deltaport.engine.chat;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.template.ChatRequest;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.TextStream;
import io.deltaport.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChatPromptsTest {
  private static final Path DIRECTORY = Path.of("../fixtures/chat-tiny");
  private static final Path OTHERS =
      Path.of("../chat-template/src/test/resources/io/deltaport/template/templates");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Object> WEATHER =
      Map.of(
          "type",
          "function",
          "function",
          Map.of(
              "name",
              "weather",
              "description",
              "the weather",
              "parameters",
              Map.of(
                  "type",
                  "object",
                  "properties",
                  Map.of(
                      "city", Map.of("type", "string"),
                      "days", Map.of("type", "integer"),
                      "hours", Map.of("type", "array"),
                      "long", Map.of("type", "boolean")))));

  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.load(DIRECTORY);
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static ChatPrompts prompts(String template) {
    Path path =
        template.equals("hermes")
            ? DIRECTORY.resolve("additional_chat_templates/hermes.jinja")
            : DIRECTORY;
    return new ChatPrompts(ChatTemplates.load(path), tokenizer);
  }

  static Stream<JsonNode> references() {
    try {
      JsonNode all = JSON.readTree(DIRECTORY.resolve("reference_chat.json").toFile());
      return StreamSupport.stream(all.spliterator(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Prompt.Chat chat(String json) {
    return new Prompt.Chat(ChatRequest.parse(json), false);
  }

  @ParameterizedTest
  @MethodSource("references")
  void promptsAndAnswersAreThoseOfTheReference(JsonNode reference) throws IOException {
    ChatPrompts prompts = prompts(reference.get("template").textValue());
    Prompt.Chat chat = chat(reference.get("request").toString());
    ChatPrompts.Rendered rendered = prompts.render(chat, ToolChoice.AUTO);
    assertEquals(reference.get("prompt").textValue(), rendered.text());
    assertArrayEquals(ints(reference.get("prompt_ids")), rendered.ids());

    Answer.Choice message = parse(prompts, chat, rendered, ints(reference.get("answer_ids")));
    JsonNode expected = reference.get("answer_message");
    assertEquals(expected.path("content").asText(""), message.text());
    String answer = reference.get("answer").textValue();
    int thought = answer.indexOf("\n</think>");
    assertEquals(thought < 0 ? "" : answer.substring(0, thought), message.reasoning());
    assertEquals(expected.path("tool_calls").size(), message.toolCalls().size());
    for (int i = 0; i < message.toolCalls().size(); i++) {
      JsonNode function = expected.get("tool_calls").get(i).get("function");
      assertEquals(function.get("name").textValue(), message.toolCalls().get(i).name());
      JsonNode arguments = function.get("arguments");
      assertEquals(
          arguments.isTextual() ? JSON.readTree(arguments.textValue()) : arguments,
          JSON.readTree(message.toolCalls().get(i).arguments()));
    }
  }

  private static Answer.Choice parse(
      ChatPrompts prompts, Prompt.Chat chat, ChatPrompts.Rendered rendered, int... ids) {
    ChatParser parser = prompts.parser(chat, rendered, 0);
    TextStream stream = tokenizer.stream(SpecialTokens.SKIP);
    Answer.Collector collector = new Answer.Collector();
    for (int id : ids) {
      parser.add(id, stream.add(id)).forEach(collector::on);
    }
    parser.finish(stream.finish()).forEach(collector::on);
    return collector.choice(0);
  }

  static Stream<Path> templates() {
    return Stream.of(
        DIRECTORY.resolve("chat_template.jinja"),
        DIRECTORY.resolve("additional_chat_templates/hermes.jinja"),
        OTHERS.resolve("coder.jinja"),
        OTHERS.resolve("instruct.jinja"),
        OTHERS.resolve("thinking.jinja"));
  }

  /** What is read of an answer, the template renders to the very same text. */
  @ParameterizedTest
  @MethodSource("templates")
  @DisplayName("pitfall 44: what is parsed renders back")
  void whatIsParsedRendersBack(Path template) {
    ChatTemplates templates = ChatTemplates.load(template);
    Map<String, Object> call =
        call(
            "{\"city\": \"a\\n</parameter>\\n\\\"b\\\"\", \"days\": 2, \"hours\": [1, {\"x\": null}], \"long\": true}");
    for (Map<String, Object> answer :
        List.of(
            answer("Sunny.\n\nAnd *warm*  there.", List.of()),
            answer("", List.of(call)),
            answer("", List.of(call, call("{}"), call("{\"city\": \" 5 \"}"))),
            answer("I look.", List.of(call, call)))) {
      String rendered = templates.render(request(answer));
      String header = "<|im_start|>assistant\n";
      int from = rendered.lastIndexOf(header) + header.length();
      String output = rendered.substring(from, rendered.indexOf("<|im_end|>", from));
      ChatFormat format = ChatFormat.of(source(templates));
      for (int size : new int[] {1, 4, output.length()}) {
        Answer.Choice message =
            ChatOutput.message(ChatOutput.ofTokens(format, header, List.of(WEATHER), size, output));
        Map<String, Object> read = ChatMessages.readable(message.message());
        assertEquals(rendered, templates.render(request(read)));
      }
    }
  }

  private static String source(ChatTemplates templates) {
    return Objects.requireNonNull(templates.template("default")).source();
  }

  private static ChatRequest request(Map<String, Object> answer) {
    return ChatRequest.of(List.of(Map.of("role", "user", "content", "What weather?"), answer))
        .withTools(List.of(WEATHER));
  }

  private static Map<String, Object> answer(String content, List<Map<String, Object>> calls) {
    return ChatMessages.readable(
        calls.isEmpty()
            ? Map.of("role", "assistant", "content", content)
            : Map.of("role", "assistant", "content", content, "tool_calls", calls));
  }

  private static Map<String, Object> call(String arguments) {
    return Map.of(
        "type", "function", "function", Map.of("name", "weather", "arguments", arguments));
  }

  @Test
  void savePointsAreTheEndOfTheSystemMessageAndOfTheMessages() {
    ChatPrompts prompts = prompts("default");
    String system = "{\"role\": \"system\", \"content\": \"Be brief.\"}";
    String user = "{\"role\": \"user\", \"content\": \"Hello there.\"}";
    ChatPrompts.Rendered both =
        prompts.render(chat("{\"messages\": [%s, %s]}".formatted(system, user)), ToolChoice.AUTO);
    assertEquals(
        List.of(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n",
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello there.<|im_end|>\n"),
        beginnings(both));
    ChatPrompts.Rendered alone =
        prompts.render(chat("{\"messages\": [%s]}".formatted(user)), ToolChoice.AUTO);
    assertEquals(List.of("<|im_start|>user\nHello there.<|im_end|>\n"), beginnings(alone));
  }

  @Test
  void withoutToolChoiceTheToolsAreLeftOut() {
    Prompt.Chat chat =
        new Prompt.Chat(
            ChatRequest.of(List.of(Map.of("role", "user", "content", "Hello.")))
                .withTools(List.of(WEATHER)),
            false);
    ChatPrompts prompts = prompts("default");
    ChatPrompts.Rendered none = prompts.render(chat, ToolChoice.NONE);
    assertFalse(none.text().contains("weather"));
    assertEquals(List.of(), none.tools());
    ChatPrompts.Rendered auto = prompts.render(chat, ToolChoice.AUTO);
    assertTrue(auto.text().contains("weather"));
    assertEquals(2, auto.savePoints().length);
    int[] call = tokenizer.encode("<tool_call>\n<function=weather>\n</function>\n</tool_call>");
    assertEquals(List.of(), parse(prompts, chat, none, call).toolCalls());
    assertEquals(1, parse(prompts, chat, auto, call).toolCalls().size());
    ChatPrompts json = new ChatPrompts(ChatTemplates.load(DIRECTORY), tokenizer, ChatFormat.JSON);
    assertEquals(List.of(), parse(json, chat, auto, call).toolCalls());
  }

  @Test
  void theLastMessageIsGoneOnWith() {
    ChatPrompts prompts = prompts("default");
    List<Map<String, Object>> messages = new ArrayList<>();
    messages.add(Map.of("role", "user", "content", "Count."));
    messages.add(Map.of("role", "assistant", "content", "One, two, "));
    Prompt.Chat chat = new Prompt.Chat(ChatRequest.of(messages), true);
    ChatPrompts.Rendered rendered = prompts.render(chat, ToolChoice.AUTO);
    assertEquals(
        "<|im_start|>user\nCount.<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\nOne, two, ",
        rendered.text());
    assertEquals(List.of("<|im_start|>user\nCount.<|im_end|>\n"), beginnings(rendered));
    messages.set(
        1, Map.of("role", "assistant", "content", List.of(Map.of("type", "text", "text", "One"))));
    Prompt.Chat parts = new Prompt.Chat(ChatRequest.of(messages), true);
    assertTrue(prompts.render(parts, ToolChoice.AUTO).text().endsWith("\n\nOne"));
    messages.set(1, Map.of("role", "assistant"));
    Prompt.Chat empty = new Prompt.Chat(ChatRequest.of(messages), true);
    assertThrows(EngineException.class, () -> prompts.render(empty, ToolChoice.AUTO));
  }

  private static List<String> beginnings(ChatPrompts.Rendered rendered) {
    return Arrays.stream(rendered.savePoints())
        .mapToObj(
            point -> tokenizer.decode(SpecialTokens.KEEP, Arrays.copyOf(rendered.ids(), point)))
        .toList();
  }

  private static int[] ints(JsonNode list) {
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = list.get(i).intValue();
    }
    return ints;
  }
}
