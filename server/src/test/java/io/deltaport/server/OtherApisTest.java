package io.deltaport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.request.EngineException.Reason;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.Task;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.server.ScriptedModel.Script;
import io.deltaport.server.options.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Completions, messages, responses, Ollama, tokens: what each adds to the chat's rules. */
class OtherApisTest {
  private static final String USER = "'messages': [{'role': 'user', 'content': 'hi'}]";

  private final ScriptedModel model = new ScriptedModel();
  private final DeltaportServer server =
      DeltaportServer.start(model, ServerOptions.DEFAULT.withPort(0));
  private final Client client = new Client(server.url());

  private static Script everything() {
    return Script.events(
        new Event.Reasoning(0, "th"),
        new Event.Reasoning(0, "ink"),
        new Event.Text(0, "say"),
        new Event.ToolCallStarted(0, 0, "call_1", "f"),
        new Event.ToolCallArguments(0, 0, "{\"a\":"),
        new Event.ToolCallArguments(0, 0, "1}"),
        new Event.ToolCallEnded(0, 0),
        new Event.ChoiceFinished(0, StopReason.STOP_TOKEN, Optional.empty()));
  }

  @AfterEach
  void close() {
    server.close();
    model.close();
  }

  @Test
  void completionOfATextOfTokensAndOfLists() throws InterruptedException {
    JsonNode answer = client.post("/v1/completions", "{'prompt': 'In the'}").is(200).json();
    assertEquals("text_completion", answer.get("object").asText());
    assertEquals("Hello world", answer.at("/choices/0/text").asText());
    assertEquals(new Prompt.Text("In the"), model.requests.take().prompt());
    client.post("/v1/completions", "{'prompt': [5, 6]}").is(200);
    assertEquals(new Prompt.Tokens(5, 6), model.requests.take().prompt());
    JsonNode two = client.post("/v1/completions", "{'prompt': ['a', 'b']}").is(200).json();
    assertEquals(2, two.get("choices").size());
    assertEquals(1, two.at("/choices/1/index").asInt());
    assertEquals(14, two.at("/usage/prompt_tokens").asInt());
    model.requests.clear();
    client.post("/v1/completions", "{'prompt': [[1], [2, 3]]}").is(200);
    assertEquals(2, model.requests.size());
  }

  @Test
  void completionStreams() {
    List<JsonNode> chunks =
        client.post("/v1/completions", "{'stream': true, 'prompt': 'a', 'echo': true}").events();
    assertEquals("aHello", chunks.get(0).at("/choices/0/text").asText());
    assertEquals(" world", chunks.get(1).at("/choices/0/text").asText());
    assertEquals("stop", chunks.get(2).at("/choices/0/finish_reason").asText());
  }

  @Test
  void echoGivesTheScoresOfThePrompt() {
    model.script =
        (request, listener) -> {
          if (request.task() instanceof Task.Score) {
            int[] ids = ((Prompt.Tokens) request.prompt()).ids();
            Event[] scores = new Event[ids.length - 1];
            for (int i = 1; i < ids.length; i++) {
              ScoredToken score = new ScoredToken(ids[i], -i);
              scores[i - 1] = new Event.Scored(i, score, List.of(score));
            }
            Script.events(scores).play(request, listener);
          } else {
            Script.text("!").play(request, listener);
          }
        };
    String body = "{'prompt': ['In the', 'the king'], 'echo': true, 'logprobs': 1, 'max_tokens': ";
    for (int most : new int[] {0, 1}) {
      JsonNode answer = client.post("/v1/completions", body + most + "}").is(200).json();
      assertEquals(2, answer.get("choices").size());
      for (int choice = 0; choice < 2; choice++) {
        JsonNode scores = answer.at("/choices/" + choice + "/logprobs");
        String text = answer.at("/choices/" + choice + "/text").asText();
        String prompt = choice == 0 ? "In the" : "the king";
        assertEquals(prompt + (most == 0 ? "" : "!"), text);
        assertTrue(scores.at("/token_logprobs/0").isNull());
        assertEquals(-1, scores.at("/token_logprobs/1").asDouble());
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < scores.get("tokens").size() - most; i++) {
          assertEquals(joined.length(), scores.at("/text_offset/" + i).asInt());
          joined.append(scores.at("/tokens/" + i).asText());
        }
        assertEquals(prompt, joined.toString());
      }
    }
  }

  @Test
  void aMessageIsWhole() {
    model.script = everything();
    String body =
        "{'model': 'chat-tiny', 'max_tokens': 9, 'tools': [{'name': 'f', 'input_schema': {'type':"
            + " 'object'}}, {'type': 'web_search_20250305', 'name': 'web_search'}], "
            + USER
            + "}";
    JsonNode answer = client.post("/v1/messages?beta=true", body).is(200).json();
    assertEquals("message", answer.get("type").asText());
    assertEquals("think", answer.at("/content/0/thinking").asText());
    assertEquals("say", answer.at("/content/1/text").asText());
    assertEquals("tool_use", answer.at("/content/2/type").asText());
    assertEquals(1, answer.at("/content/2/input/a").asInt());
    assertEquals("tool_use", answer.get("stop_reason").asText());
    assertEquals(4, answer.at("/usage/input_tokens").asInt());
    assertEquals(3, answer.at("/usage/cache_read_input_tokens").asInt());
  }

  @Test
  void aMessageStreamsInBlocks() {
    model.script = everything();
    Client.Answer answer =
        client.post("/v1/messages", "{'stream': true, 'max_tokens': 9, " + USER + "}").is(200);
    List<String> types = answer.events().stream().map(e -> e.get("type").asText()).toList();
    assertEquals(
        List.of(
            "message_start",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_stop",
            "content_block_start",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"),
        types);
    List<JsonNode> events = answer.events();
    assertEquals("signature_delta", events.get(4).at("/delta/type").asText());
    assertEquals("{\"a\":", events.get(10).at("/delta/partial_json").asText());
    assertEquals("tool_use", events.get(13).at("/delta/stop_reason").asText());
    assertTrue(answer.response().body().contains("event: content_block_delta\ndata: "));
  }

  @Test
  @DisplayName("pitfall 46: a system block that changes with every request is left out")
  void theBillingHeaderIsLeftOut() throws InterruptedException {
    String body =
        "{'max_tokens': 9, 'system': [{'type': 'text', 'text': 'x-anthropic-billing-header: cch=1;'},"
            + " {'type': 'text', 'text': 'Be brief.', 'cache_control': {'type': 'ephemeral'}}], "
            + USER
            + "}";
    client.post("/v1/messages", body).is(200);
    Prompt.Chat chat = (Prompt.Chat) model.requests.take().prompt();
    assertEquals(Map.of("role", "system", "content", "Be brief."), chat.chat().messages().get(0));
  }

  @Test
  void messagesWithResultsOfTools() throws InterruptedException {
    String body =
        "{'max_tokens': 9, 'tool_choice': {'type': 'any', 'disable_parallel_tool_use': true},"
            + " 'tools': [{'name': 'f', 'input_schema': {}}], 'thinking': {'type': 'enabled',"
            + " 'budget_tokens': 100}, 'messages': [{'role': 'user', 'content': 'hi'}, {'role':"
            + " 'assistant', 'content': [{'type': 'thinking', 'thinking': 't', 'signature': ''},"
            + " {'type': 'tool_use', 'id': 'c', 'name': 'f', 'input': {'a': 1}}]}, {'role': 'user',"
            + " 'content': [{'type': 'tool_result', 'tool_use_id': 'c', 'content': [{'type':"
            + " 'text', 'text': 'ok'}]}, {'type': 'text', 'text': 'and?'}]}]}";
    client.post("/v1/messages", body).is(200);
    Request request = model.requests.take();
    assertEquals(ToolChoice.REQUIRED, request.toolChoice());
    assertFalse(request.parallelToolCalls());
    Prompt.Chat chat = (Prompt.Chat) request.prompt();
    assertEquals(
        List.of("user", "assistant", "tool", "user"),
        chat.chat().messages().stream().map(message -> message.get("role")).toList());
    assertEquals("t", chat.chat().messages().get(1).get("reasoning_content"));
    assertEquals(Map.of("enable_thinking", true), chat.chat().variables());
  }

  @Test
  void errorsOfMessages() {
    JsonNode wrong = client.post("/v1/messages", "{" + USER + "}").is(400).json();
    assertEquals("error", wrong.get("type").asText());
    assertEquals("invalid_request_error", wrong.at("/error/type").asText());
    assertTrue(wrong.at("/error/message").asText().startsWith("max_tokens"));
    model.script = Script.failing(Reason.DEADLINE, "too late");
    JsonNode late = client.post("/v1/messages", "{'max_tokens': 1, " + USER + "}").is(529).json();
    assertEquals("overloaded_error", late.at("/error/type").asText());
  }

  @Test
  void tokensAreCounted() {
    JsonNode count = client.post("/v1/messages/count_tokens", "{" + USER + "}").is(200).json();
    JsonNode tokens = client.post("/tokenize", "{" + USER + "}").is(200).json();
    assertEquals(tokens.get("count"), count.get("input_tokens"));
  }

  @Test
  void aResponseIsWholeAndStreams() {
    model.script = everything();
    JsonNode whole = client.post("/v1/responses", "{'input': 'hi'}").is(200).json();
    assertEquals("response", whole.get("object").asText());
    assertEquals("completed", whole.get("status").asText());
    assertEquals("reasoning", whole.at("/output/0/type").asText());
    assertEquals("say", whole.at("/output/1/content/0/text").asText());
    assertEquals("{\"a\":1}", whole.at("/output/2/arguments").asText());
    Client.Answer answer = client.post("/v1/responses", "{'stream': true, 'input': 'hi'}").is(200);
    assertFalse(answer.response().body().contains("[DONE]"));
    List<JsonNode> events = answer.events();
    for (int i = 0; i < events.size(); i++) {
      assertEquals(i, events.get(i).get("sequence_number").asInt());
    }
    List<String> types =
        events.stream().map(event -> event.get("type").asText().replace("response.", "")).toList();
    assertEquals(
        List.of(
            "created",
            "in_progress",
            "output_item.added",
            "content_part.added",
            "reasoning_text.delta",
            "reasoning_text.delta",
            "reasoning_text.done",
            "content_part.done",
            "output_item.done",
            "output_item.added",
            "content_part.added",
            "output_text.delta",
            "output_text.done",
            "content_part.done",
            "output_item.done",
            "output_item.added",
            "function_call_arguments.delta",
            "function_call_arguments.delta",
            "function_call_arguments.done",
            "output_item.done",
            "completed"),
        types);
    JsonNode last = events.get(events.size() - 1).get("response");
    assertEquals(whole.at("/output/1/content"), last.at("/output/1/content"));
  }

  @Test
  void inputItemsBecomeMessages() throws InterruptedException {
    String body =
        "{'instructions': 'be kind', 'input': [{'role': 'user', 'content': [{'type': 'input_text',"
            + " 'text': 'hi'}]}, {'type': 'reasoning', 'summary': [], 'content': [{'type':"
            + " 'reasoning_text', 'text': 't'}]}, {'type': 'function_call', 'call_id': 'c', 'name':"
            + " 'f', 'arguments': '{}'}, {'type': 'function_call_output', 'call_id': 'c', 'output':"
            + " 'ok'}, {'type': 'web_search_call'}], 'tools': [{'type': 'web_search'}, {'type':"
            + " 'function', 'name': 'f', 'parameters': {}}], 'tool_choice': {'type': 'web_search'}}";
    client.post("/v1/responses", body).is(200);
    Prompt.Chat chat = (Prompt.Chat) model.requests.take().prompt();
    assertEquals(
        List.of("system", "user", "assistant", "tool"),
        chat.chat().messages().stream().map(message -> message.get("role")).toList());
    assertEquals("t", chat.chat().messages().get(2).get("reasoning_content"));
    client.post("/v1/responses", "{'input': 'x', 'previous_response_id': 'resp_1'}").is(400);
  }

  @Test
  void ollama() {
    model.script = everything();
    Client.Answer answer = client.post("/api/chat", "{'model': 'chat-tiny:latest', " + USER + "}");
    assertEquals("application/x-ndjson", answer.is(200).header("content-type"));
    List<JsonNode> lines = answer.response().body().lines().map(Client::json).toList();
    assertEquals("say", lines.get(2).at("/message/content").asText());
    assertEquals(1, lines.get(3).at("/message/tool_calls/0/function/arguments/a").asInt());
    assertTrue(lines.get(lines.size() - 1).get("done").asBoolean());
    JsonNode whole =
        client.post("/api/generate", "{'stream': false, 'prompt': 'hi'}").is(200).json();
    assertEquals("say", whole.get("response").asText());
    assertEquals(7, whole.get("prompt_eval_count").asInt());
    assertEquals("chat-tiny", client.get("/api/tags").is(200).json().at("/models/0/name").asText());
    client.post("/api/show", "{'model': 'chat-tiny'}").is(200);
    client.get("/api/version").is(200);
    assertTrue(client.post("/api/chat", "{}").is(400).json().get("error").isTextual());
  }

  @Test
  void textsAndTokens() {
    JsonNode tokens = client.post("/tokenize", "{'content': 'In the beginning'}").is(200).json();
    JsonNode same = client.post("/tokenize", "{'prompt': 'In the beginning'}").is(200).json();
    assertEquals(tokens, same);
    JsonNode text =
        client.post("/detokenize", "{'tokens': " + tokens.get("tokens") + "}").is(200).json();
    assertEquals("In the beginning", text.get("content").asText());
    JsonNode prompt = client.post("/apply-template", "{" + USER + "}").is(200).json();
    assertTrue(prompt.get("prompt").asText().contains("<|im_start|>user\nhi<|im_end|>"));
    client.post("/tokenize", "{}").is(400);
    client.post("/detokenize", "{'tokens': [99999999]}").is(200);
    client.post("/tokenize", "{'content': '\\ud800'}").is(400);
  }

  @Test
  void modelsAndVersion() {
    JsonNode models = client.get("/v1/models").is(200).json();
    assertEquals("chat-tiny", models.at("/data/0/id").asText());
    assertEquals(2048, models.at("/data/0/max_model_len").asInt());
    assertEquals(models.get("data"), models.get("models"));
    client.get("/v1/models/chat-tiny").is(200);
    client.get("/v1/models/other").is(404);
    assertFalse(client.get("/version").is(200).json().get("version").asText().isEmpty());
    assertEquals("ok", client.get("/health").is(200).json().get("status").asText());
    model.isStuck = true;
    assertEquals("stuck", client.get("/health").is(503).json().get("status").asText());
    assertTrue(
        client.get("/metrics").is(200).response().body().contains("deltaport_requests_running"));
    client.get("/nowhere").is(404);
    client.get("/v1/chat/completions").is(405);
  }

  @Test
  void theDashboardShowsFiguresThatThereAre() throws IOException {
    client.post("/v1/chat/completions", "{" + USER + "}").is(200);
    String metrics = client.get("/metrics").is(200).response().body();
    String dashboard = Files.readString(Path.of("../docs/serving-dashboard.json"));
    Matcher names = Pattern.compile("deltaport_\\w+").matcher(dashboard);
    while (names.find()) {
      assertTrue(metrics.contains(names.group()), names.group());
    }
  }
}
