package io.deltaport.server;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.request.Constraint;
import io.deltaport.engine.request.EngineException.Reason;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.server.ScriptedModel.Script;
import io.deltaport.server.options.ServerOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatCompletionsTest {
  private static final String PATH = "/v1/chat/completions";
  private static final String USER = "'messages': [{'role': 'user', 'content': 'hi'}]";
  private static final String TOOLS =
      "'tools': [{'type': 'function', 'function': {'name': 'f', 'parameters': {'type': 'object'}}}]";

  private final ScriptedModel model = new ScriptedModel();
  private final DeltaportServer server =
      DeltaportServer.start(model, ServerOptions.DEFAULT.withPort(0));
  private final Client client = new Client(server.url());

  @AfterEach
  void close() {
    server.close();
    model.close();
  }

  @Test
  void anAnswerIsWhole() {
    JsonNode answer = client.post(PATH, "{" + USER + "}").is(200).json();
    assertEquals("chat.completion", answer.get("object").asText());
    assertEquals("chat-tiny", answer.get("model").asText());
    JsonNode choice = answer.at("/choices/0");
    assertEquals("Hello world", choice.at("/message/content").asText());
    assertEquals("stop", choice.get("finish_reason").asText());
    assertTrue(choice.get("logprobs").isNull());
    assertEquals(7, answer.at("/usage/prompt_tokens").asInt());
    assertEquals(12, answer.at("/usage/total_tokens").asInt());
    assertEquals(3, answer.at("/usage/prompt_tokens_details/cached_tokens").asInt());
    assertEquals(2, answer.at("/usage/completion_tokens_details/reasoning_tokens").asInt());
    assertEquals(
        1, answer.at("/usage/completion_tokens_details/accepted_prediction_tokens").asInt());
  }

  @Test
  void aStreamIsTheSamePieceByPiece() {
    Client.Answer answer = client.post(PATH, "{'stream': true, " + USER + "}").is(200);
    assertEquals("text/event-stream; charset=utf-8", answer.header("content-type"));
    List<JsonNode> chunks = answer.events();
    assertEquals(4, chunks.size());
    assertEquals(
        Client.json("{\"role\": \"assistant\", \"content\": \"\"}"),
        chunks.get(0).at("/choices/0/delta"));
    assertEquals("Hello", chunks.get(1).at("/choices/0/delta/content").asText());
    assertEquals(" world", chunks.get(2).at("/choices/0/delta/content").asText());
    assertEquals(Client.json("{}"), chunks.get(3).at("/choices/0/delta"));
    assertEquals("stop", chunks.get(3).at("/choices/0/finish_reason").asText());
    assertTrue(answer.response().body().endsWith("data: [DONE]\n\n"));
  }

  @Test
  @DisplayName("pitfall 47: the usage chunk comes only when asked for, without choices")
  void usageOfAStream() {
    String asked = "{'stream': true, 'stream_options': {'include_usage': true}, " + USER + "}";
    List<JsonNode> with = client.post(PATH, asked).is(200).events();
    JsonNode last = with.get(with.size() - 1);
    assertEquals(Client.json("[]"), last.get("choices"));
    assertEquals(5, last.at("/usage/completion_tokens").asInt());
    List<JsonNode> without = client.post(PATH, "{'stream': true, " + USER + "}").events();
    assertTrue(without.stream().noneMatch(chunk -> chunk.get("choices").isEmpty()));
  }

  @Test
  void reasoningAndCalls() {
    model.script =
        Script.events(
            new Event.Reasoning(0, "think"),
            new Event.ToolCallStarted(0, 0, "call_1", "f"),
            new Event.ToolCallArguments(0, 0, "{\"a\":"),
            new Event.ToolCallArguments(0, 0, "1}"),
            new Event.ToolCallEnded(0, 0),
            new Event.ChoiceFinished(0, StopReason.STOP_TOKEN, Optional.empty()));
    JsonNode whole = client.post(PATH, "{" + USER + ", " + TOOLS + "}").is(200).json();
    JsonNode message = whole.at("/choices/0/message");
    assertTrue(message.get("content").isNull());
    assertEquals("think", message.get("reasoning_content").asText());
    assertEquals("{\"a\":1}", message.at("/tool_calls/0/function/arguments").asText());
    assertEquals("tool_calls", whole.at("/choices/0/finish_reason").asText());

    List<JsonNode> chunks =
        client.post(PATH, "{'stream': true, " + USER + ", " + TOOLS + "}").events();
    assertEquals("think", chunks.get(1).at("/choices/0/delta/reasoning_content").asText());
    JsonNode begun = chunks.get(2).at("/choices/0/delta/tool_calls/0");
    assertEquals("call_1", begun.get("id").asText());
    assertEquals("f", begun.at("/function/name").asText());
    assertEquals("", begun.at("/function/arguments").asText("missing"));
    assertEquals(
        "{\"a\":", chunks.get(3).at("/choices/0/delta/tool_calls/0/function/arguments").asText());
    assertEquals("tool_calls", chunks.get(5).at("/choices/0/finish_reason").asText());
  }

  @Test
  void logProbsAreThoseOfTheText() {
    String body = "{'logprobs': true, 'top_logprobs': 2, " + USER + "}";
    JsonNode whole = client.post(PATH, body).is(200).json().at("/choices/0/logprobs/content");
    assertEquals(2, whole.size());
    assertEquals(2, whole.at("/0/top_logprobs").size());
    assertEquals(-0.5, whole.at("/0/logprob").asDouble());
    List<JsonNode> chunks = client.post(PATH, "{'stream': true, " + body.substring(1)).events();
    assertEquals(whole.get(0), chunks.get(1).at("/choices/0/logprobs/content/0"));
    assertEquals(whole.get(1), chunks.get(2).at("/choices/0/logprobs/content/0"));
    assertTrue(chunks.get(3).at("/choices/0/logprobs").isNull());
  }

  @Test
  void fieldsReachTheEngine() throws InterruptedException {
    String body =
        "{'max_tokens': 3, 'max_completion_tokens': 4, 'n': 2, 'stop': ['a', 'b'], 'seed': -5,"
            + " 'temperature': 0.25, 'top_p': 0.5, 'top_k': -1, 'min_p': 0.125,"
            + " 'presence_penalty': 1, 'frequency_penalty': -1, 'repetition_penalty': 1.5,"
            + " 'min_tokens': 2, 'logit_bias': {'5': -2.5}, 'ignore_eos': true, 'priority': -3, 'cache_salt': 's',"
            + " 'parallel_tool_calls': false, 'response_format': {'type': 'json_object'},"
            + " 'tool_choice': {'type': 'function', 'function': {'name': 'f'}},"
            + " 'reasoning_effort': 'high', 'chat_template_kwargs': {'x': [1]},"
            + " 'store': true, 'metadata': {}, 'service_tier': 'auto', 'nonsense': 1, "
            + USER
            + ", "
            + TOOLS
            + "}";
    client.post(PATH, body).is(200);
    Request request = model.requests.take();
    var options = request.options();
    assertEquals(4, options.maxNewTokens());
    assertEquals(2, options.minNewTokens());
    assertEquals(2, options.outputs());
    assertEquals(List.of("a", "b"), options.stopStrings());
    assertEquals(Set.of(), options.stopTokens());
    assertEquals(OptionalLong.of(-5), options.sampling().seed());
    assertEquals(Map.of(5, -2.5f), options.sampling().logitBias());
    assertEquals(0.25, options.sampling().temperature());
    assertEquals(0.5, options.sampling().topP());
    assertEquals(0, options.sampling().topK());
    assertEquals(0.125, options.sampling().minP());
    assertEquals(1, options.sampling().presencePenalty());
    assertEquals(-1, options.sampling().frequencyPenalty());
    assertEquals(1.5, options.sampling().repetitionPenalty());
    assertEquals(-3, request.scheduling().priority());
    assertEquals("s", request.scheduling().cacheSalt());
    assertFalse(request.parallelToolCalls());
    assertEquals(new Constraint.JsonObject(), request.constraint());
    assertEquals(new ToolChoice.Named("f"), request.toolChoice());
    Prompt.Chat chat = assertInstanceOf(Prompt.Chat.class, request.prompt());
    assertEquals(
        Map.of("enable_thinking", true, "reasoning_effort", "high", "x", List.of(1)),
        chat.chat().variables());
    assertEquals(1, requireNonNull(chat.chat().tools()).size());
  }

  @Test
  void whatIsNotSaidIsAsTheModelsMakersWant() throws InterruptedException {
    client.post(PATH, "{" + USER + "}").is(200);
    var options = model.requests.take().options();
    assertEquals(0.7, options.sampling().temperature());
    assertEquals(20, options.sampling().topK());
    assertEquals(2048, options.maxNewTokens());
    assertTrue(options.stopTokens().contains(1214));
  }

  @Test
  void messagesAsTemplatesReadThem() throws InterruptedException {
    String body =
        "{'messages': [{'role': 'developer', 'content': 'be kind'}, {'role': 'system', 'content':"
            + " [{'type': 'text', 'text': 'and '}, {'type': 'text', 'text': 'brief'}]},"
            + " {'role': 'user', 'content': 'hi'}, {'role': 'assistant', 'content': null,"
            + " 'tool_calls': [{'id': 'c', 'type': 'function', 'function': {'name': 'f',"
            + " 'arguments': '{\\'a\\': 1}'}}]}, {'role': 'tool', 'tool_call_id': 'c', 'content':"
            + " 'ok'}]}";
    client.post(PATH, body).is(200);
    Prompt.Chat chat = (Prompt.Chat) model.requests.take().prompt();
    List<Map<String, Object>> messages = chat.chat().messages();
    assertEquals(Map.of("role", "system", "content", "be kind\n\nand brief"), messages.get(0));
    assertEquals("", messages.get(2).get("content"));
    assertTrue(String.valueOf(messages.get(2).get("tool_calls")).contains("arguments={a=1}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "messages | ",
        "messages | 'messages': []",
        "messages | 'messages': 'hi'",
        "messages[0].role | 'messages': [{}]",
        "messages[0].content | 'messages': [{'role': 'user', 'content': 1}]",
        "messages[0].content[0].type | 'messages': [{'role': 'user', 'content': [{'type': 'image_url'}]}]",
        "temperature | 'temperature': 'hot'",
        "temperature | 'temperature': -1",
        "temperature | 'temperature': 1e999",
        "top_p | 'top_p': 2",
        "top_k | 'top_k': 1.5",
        "max_tokens | 'max_tokens': 0",
        "max_tokens | 'max_tokens': 99999999999999999999999",
        "n | 'n': 17",
        "stop | 'stop': ['']",
        "stop | 'stop': ['1','2','3','4','5','6','7','8','9','10','11','12','13','14','15','16','17']",
        "top_logprobs | 'top_logprobs': 1",
        "top_logprobs | 'logprobs': true, 'top_logprobs': 21",
        "stream | 'stream': 'yes'",
        "stream_options | 'stream': true, 'stream_options': 1",
        "tools[0].function | 'tools': [{'type': 'function'}]",
        "tool_choice | 'tool_choice': 'required'",
        "tool_choice | 'tool_choice': 'sometimes'",
        "tool_choice | 'tool_choice': {'type': 'function', 'function': {'name': 'g'}}",
        "response_format.type | 'response_format': {'type': 'xml'}",
        "response_format.json_schema.schema | 'response_format': {'type': 'json_schema', 'json_schema': {}}",
        "logit_bias.1 | 'logit_bias': {'1': 500}",
        "logit_bias.x | 'logit_bias': {'x': 5}"
      })
  void aWrongFieldIsNamed(String field, String wrong) {
    String body = wrong == null ? "{}" : "{" + wrong + "}";
    if (wrong != null && !wrong.contains("'messages'")) {
      body = "{" + wrong + ", " + USER + "}";
    }
    JsonNode error = client.post(PATH, body).is(400).json().get("error");
    assertEquals(field, error.get("param").asText());
    assertEquals("invalid_request_error", error.get("type").asText());
    assertTrue(error.get("message").asText().startsWith(field), error.toString());
    assertTrue(model.requests.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST, 400, , invalid_request_error",
    "CONTEXT_LENGTH, 400, context_length_exceeded, invalid_request_error",
    "UNSUPPORTED, 400, unsupported_value, invalid_request_error",
    "QUEUE_FULL, 429, rate_limit_exceeded, rate_limit_error",
    "DEADLINE, 503, , service_unavailable",
    "CLOSED, 503, , service_unavailable",
    "MODEL, 500, , server_error"
  })
  void failuresOfTheEngine(Reason reason, int status, String code, String type) {
    model.script = Script.failing(reason, "because /secret/path");
    for (String stream : List.of("false", "true")) {
      Client.Answer answer =
          client.post(PATH, "{'stream': " + stream + ", " + USER + "}").is(status);
      JsonNode error = answer.json().get("error");
      assertEquals(code, error.get("code").isNull() ? null : error.get("code").asText());
      assertEquals(type, error.get("type").asText());
      assertEquals(status == 429 || status == 503, !answer.header("retry-after").isEmpty());
      assertEquals(status == 500, !error.get("message").asText().contains("secret"));
    }
  }

  @Test
  void aFailureWithinAStreamIsAnEvent() {
    model.script =
        (request, listener) -> {
          listener.on(new Event.Started(7, 0));
          listener.on(new Event.Text(0, "Hel"));
          Script.failing(Reason.MODEL, "inside").play(request, listener);
        };
    Client.Answer answer = client.post(PATH, "{'stream': true, " + USER + "}").is(200);
    List<JsonNode> events = answer.events();
    assertEquals("server_error", events.get(events.size() - 1).at("/error/type").asText());
    assertFalse(answer.response().body().contains("[DONE]"));
    assertFalse(answer.response().body().contains("inside"));
  }

  @Test
  void anotherModelIsNotFound() {
    JsonNode error =
        client.post(PATH, "{'model': 'gpt-4o', " + USER + "}").is(404).json().get("error");
    assertEquals("model_not_found", error.get("code").asText());
    client.post(PATH, "{'model': 'chat-tiny', " + USER + "}").is(200);
  }
}
