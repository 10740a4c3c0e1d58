package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import io.deltaport.server.call.Ids;
import io.deltaport.server.call.Output;
import io.deltaport.server.call.Part.Called;
import io.deltaport.server.call.Reply;
import io.deltaport.server.call.Sse;
import io.deltaport.server.call.Transcript;
import io.deltaport.server.call.VisibleTokens;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A chat completion: {@code chat.completion}, or {@code chat.completion.chunk} piece by piece. */
final class ChatReply implements Reply {
  private final String id = Ids.next("chatcmpl-");
  private final long created = Instant.now().getEpochSecond();
  private final String model;
  private final boolean wantsUsage;
  private final Optional<TokenScores> scores;
  private final Map<Integer, VisibleTokens> tokens = new HashMap<>();
  private final Set<Integer> begun = new HashSet<>();
  private final Set<Integer> called = new HashSet<>();

  ChatReply(String model, boolean wantsUsage, Optional<TokenScores> scores) {
    this.model = model;
    this.wantsUsage = wantsUsage;
    this.scores = scores;
  }

  @Override
  public String piece(int request, Event event) {
    if (event instanceof Event.Token token) {
      tokens(token.choice()).add(token);
    } else if (event instanceof Event.Text text) {
      ObjectNode delta = Json.object().put("content", text.text());
      return chunk(text.choice(), delta, tokens(text.choice()).shown());
    } else if (event instanceof Event.Reasoning reasoning) {
      tokens(reasoning.choice()).hidden();
      return chunk(
          reasoning.choice(), Json.object().put("reasoning_content", reasoning.text()), List.of());
    } else if (event instanceof Event.ToolCallStarted call) {
      tokens(call.choice()).hidden();
      called.add(call.choice());
      return chunk(call.choice(), begun(call), List.of());
    } else if (event instanceof Event.ToolCallArguments more) {
      tokens(more.choice()).hidden();
      return chunk(more.choice(), more(more), List.of());
    } else if (event instanceof Event.ChoiceFinished end) {
      return end(end);
    } else if (event instanceof Event.Finished finished && wantsUsage) {
      ObjectNode chunk = head("chat.completion.chunk");
      chunk.putArray("choices");
      return Sse.data(chunk.set("usage", OpenAiUsage.of(finished.usage())));
    }
    return "";
  }

  @Override
  public String last() {
    return "data: [DONE]\n\n";
  }

  @Override
  public String failure(ApiException failure) {
    return Sse.data(new OpenAiErrors().of(failure));
  }

  @Override
  public String ping() {
    return Sse.COMMENT;
  }

  @Override
  public String contentType() {
    return Sse.CONTENT_TYPE;
  }

  @Override
  public ObjectNode whole(Transcript transcript) {
    ObjectNode whole = head("chat.completion");
    ArrayNode choices = whole.putArray("choices");
    for (Output output : transcript.outputs()) {
      ObjectNode choice = choices.addObject().put("index", choices.size() - 1);
      choice.set("message", message(output));
      choice.set("logprobs", scores.map(all -> all.of(output.tokens())).orElse(null));
      choice.put("finish_reason", finish(output.reason(), !output.calls().isEmpty()));
    }
    return whole.set("usage", OpenAiUsage.of(transcript.usage()));
  }

  /** The answer as a message; no text is null beside calls. */
  private static ObjectNode message(Output output) {
    ObjectNode message = Json.object().put("role", "assistant");
    List<Called> calls = output.calls();
    String text = output.text();
    message.put("content", text.isEmpty() && !calls.isEmpty() ? null : text);
    message.putNull("refusal");
    if (!output.reasoning().isEmpty()) {
      message.put("reasoning_content", output.reasoning());
    }
    if (!calls.isEmpty()) {
      ArrayNode list = message.putArray("tool_calls");
      calls.forEach(call -> list.add(call(call)));
    }
    return message;
  }

  private static ObjectNode call(Called call) {
    ObjectNode node = Json.object().put("id", call.id()).put("type", "function");
    node.putObject("function")
        .put("name", call.name())
        .put("arguments", call.arguments().toString());
    return node;
  }

  private static ObjectNode begun(Event.ToolCallStarted call) {
    ObjectNode delta = Json.object();
    ObjectNode node = delta.putArray("tool_calls").addObject();
    node.put("index", call.call()).put("id", call.id()).put("type", "function");
    node.putObject("function").put("name", call.name()).put("arguments", "");
    return delta;
  }

  private static ObjectNode more(Event.ToolCallArguments more) {
    ObjectNode delta = Json.object();
    ObjectNode node = delta.putArray("tool_calls").addObject().put("index", more.call());
    node.putObject("function").put("arguments", more.json());
    return delta;
  }

  private String end(Event.ChoiceFinished end) {
    List<Event.Token> cut = tokens(end.choice()).finished(end.reason());
    String pending =
        cut.isEmpty() || scores.isEmpty() ? "" : chunk(end.choice(), Json.object(), cut);
    ObjectNode chunk = head("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", end.choice());
    choice.putObject("delta");
    choice.putNull("logprobs");
    choice.put("finish_reason", finish(end.reason(), called.contains(end.choice())));
    return pending + opening(end.choice()) + Sse.data(chunk);
  }

  private String chunk(int choice, ObjectNode delta, List<Event.Token> shown) {
    ObjectNode chunk = head("chat.completion.chunk");
    ObjectNode node = chunk.putArray("choices").addObject().put("index", choice);
    node.set("delta", delta);
    node.set(
        "logprobs", scores.filter(all -> !shown.isEmpty()).map(all -> all.of(shown)).orElse(null));
    node.putNull("finish_reason");
    return opening(choice) + Sse.data(chunk);
  }

  /** The first chunk of a choice says whose message it is. */
  private String opening(int choice) {
    if (!begun.add(choice)) {
      return "";
    }
    ObjectNode chunk = head("chat.completion.chunk");
    ObjectNode node = chunk.putArray("choices").addObject().put("index", choice);
    node.putObject("delta").put("role", "assistant").put("content", "");
    node.putNull("logprobs");
    node.putNull("finish_reason");
    return Sse.data(chunk);
  }

  private ObjectNode head(String kind) {
    return Json.object()
        .put("id", id)
        .put("object", kind)
        .put("created", created)
        .put("model", model);
  }

  private VisibleTokens tokens(int choice) {
    return tokens.computeIfAbsent(choice, place -> new VisibleTokens());
  }

  private static String finish(StopReason reason, boolean hasCalls) {
    return switch (reason) {
      case LENGTH -> "length";
      case TOOL_CALL -> "tool_calls";
      case STOP_TOKEN, STOP_STRING, CANCELLED -> hasCalls ? "tool_calls" : "stop";
    };
  }
}
