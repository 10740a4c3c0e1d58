package io.deltaport.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.options.EngineOptions.Speculation;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Constraint;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.template.ChatRequest;
import io.deltaport.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is demanded of an output is what comes, on the model that answers and calls tools. */
class ConstrainedTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\",\"maxLength\":12},"
          + "\"inhabitants\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":999}},"
          + "\"required\":[\"city\",\"inhabitants\"],\"additionalProperties\":false}";

  private static Model model;
  private static Tokenizer tokenizer;
  private static Engine plain;
  private static Engine drafting;

  @BeforeAll
  static void open() {
    model = Model.open(Path.of("../fixtures/chat-tiny"), ModelOptions.EXACT.withThreads(2));
    tokenizer = Tokenizer.load(model.directory());
    EngineOptions options = EngineOptions.DEFAULT.withMaxSequences(2);
    plain = Engine.over(model, tokenizer, options.with(Speculation.OFF));
    drafting = Engine.over(model, tokenizer, options.with(Speculation.NGRAM));
  }

  @AfterAll
  static void close() {
    plain.close();
    drafting.close();
    tokenizer.close();
    model.close();
  }

  @ParameterizedTest
  @CsvSource({"false,0", "true,0", "false,1", "true,1", "false,2", "true,2"})
  @DisplayName("pitfalls 41, 42: strict JSON begins after the reasoning, the same with drafts")
  void jsonIsWhatItsSchemaSays(boolean thinks, long seed) throws IOException {
    Request request =
        chat("What is the capital of France?", thinks, seed, List.of())
            .with(new Constraint.JsonSchema(SCHEMA));
    Answer answer = plain.answer(request);
    assertEquals(answer.choice().ids(), drafting.answer(request).choice().ids());
    assertEquals(StopReason.STOP_TOKEN, answer.choice().reason(), answer.toString());
    JsonNode json = JSON.readTree(answer.choice().text());
    assertTrue(json.get("city").isTextual() && json.get("inhabitants").isInt(), json::toString);
    assertEquals(2, json.size());
  }

  @ParameterizedTest
  @CsvSource({"false,0", "true,1", "false,2"})
  void aCallThatIsDemandedComes(boolean thinks, long seed) throws IOException {
    Request request =
        chat("Hello", thinks, seed, List.of(tool("get_weather", false), tool("add", false)));
    Answer any = plain.answer(request.with(ToolChoice.REQUIRED));
    assertFalse(any.choice().toolCalls().isEmpty(), any.toString());
    for (Answer.ToolCall call : any.choice().toolCalls()) {
      assertTrue(List.of("get_weather", "add").contains(call.name()), call.name());
      assertTrue(JSON.readTree(call.arguments()).get("city").isTextual(), call.arguments());
    }
    Answer named =
        drafting.answer(request.with(new ToolChoice.Named("add")).withParallelToolCalls(false));
    assertEquals(
        List.of("add"), named.choice().toolCalls().stream().map(Answer.ToolCall::name).toList());
  }

  @Test
  void aStrictToolIsHeldToItsSchemaOnceItIsCalled() throws IOException {
    Request request =
        chat("What is the weather in Paris?", false, 0, List.of(tool("get_weather", true)));
    Answer answer = plain.answer(request);
    assertEquals(1, answer.choice().toolCalls().size(), answer.toString());
    assertTrue(
        JSON.readTree(answer.choice().toolCalls().get(0).arguments()).get("city").isTextual());
  }

  @Test
  void textsAreHeldToWhatIsAsked() {
    GenerationOptions options =
        GenerationOptions.greedy(40).withStopTokens(plain.defaults().stopTokens());
    Request text = Request.text(options, "Pick one:");
    assertTrue(
        List.of("red", "green")
            .contains(answered(text.with(new Constraint.Choice(List.of("red", "green"))))));
    assertTrue(
        answered(text.with(new Constraint.Regex("[a-c]{3}-[0-9]{2}")))
            .matches("[a-c]{3}-[0-9]{2}"));
    assertTrue(
        answered(text.with(new Constraint.Lark("start: \"a\" (\"b\" | \"c\") \"d\"")))
            .matches("a[bc]d"));
  }

  private static String answered(Request request) {
    return plain.answer(request).choice().text();
  }

  @Test
  void whatCannotBeDemandedIsRefusedWithTheReason() {
    Request request = chat("Hello", false, 0, List.of(tool("add", false)));
    refused("there is no tool x", request.with(new ToolChoice.Named("x")));
    refused("grammar", request.with(new Constraint.JsonSchema("{\"type\":\"nothing\"}")));
    refused("grammar", request.with(new Constraint.Regex("(")));
    refused(
        "cannot both be demanded",
        request.with(new Constraint.JsonObject()).with(ToolChoice.REQUIRED));
    refused("there is no tool", chat("Hello", false, 0, List.of()).with(ToolChoice.REQUIRED));
  }

  private static void refused(String expected, Request request) {
    EngineException e = assertThrows(EngineException.class, () -> plain.answer(request));
    assertEquals(EngineException.Reason.REQUEST, e.reason());
    assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
  }

  private static Request chat(
      String text, boolean thinks, long seed, List<Map<String, Object>> tools) {
    ChatRequest chat =
        ChatRequest.of(List.of(Map.of("role", "user", "content", text)))
            .withVariable("enable_thinking", thinks);
    Sampling sampling =
        seed == 0 ? Sampling.GREEDY : Sampling.GREEDY.withTemperature(0.7).withSeed(seed);
    GenerationOptions options =
        GenerationOptions.greedy(400).with(sampling).withStopTokens(plain.defaults().stopTokens());
    return Request.chat(options, tools.isEmpty() ? chat : chat.withTools(tools));
  }

  private static Map<String, Object> tool(String name, boolean strict) {
    Map<String, Object> parameters =
        Map.of(
            "type",
            "object",
            "properties",
            Map.of("city", Map.of("type", "string", "maxLength", 12)),
            "required",
            List.of("city"),
            "additionalProperties",
            false);
    return Map.of(
        "type",
        "function",
        "function",
        Map.of("name", name, "description", name, "strict", strict, "parameters", parameters));
  }
}
