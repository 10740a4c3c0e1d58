package io.deltaport.server.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.Usage;
import io.deltaport.server.call.Ids;
import io.deltaport.server.call.Output;
import io.deltaport.server.call.Part;
import io.deltaport.server.call.Reply;
import io.deltaport.server.call.Sse;
import io.deltaport.server.call.Transcript;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Json;
import java.util.Optional;

/** A message of Anthropic's API: whole, or block by block. */
final class MessageReply implements Reply {
  private static final String NONE = "";

  private final String id = Ids.next("msg_");
  private final String model;
  private String block = NONE;
  private int index = -1;
  private boolean hasCalls;
  private StopReason reason = StopReason.LENGTH;
  private Optional<String> stopString = Optional.empty();

  MessageReply(String model) {
    this.model = model;
  }

  @Override
  public String piece(int request, Event event) {
    if (event instanceof Event.Started started) {
      return started(started);
    } else if (event instanceof Event.Text text) {
      return delta("text", Json.object().put("type", "text_delta").put("text", text.text()));
    } else if (event instanceof Event.Reasoning thought) {
      return delta(
          "thinking", Json.object().put("type", "thinking_delta").put("thinking", thought.text()));
    } else if (event instanceof Event.ToolCallStarted call) {
      hasCalls = true;
      return close() + open("tool_use", toolUse(call.id(), call.name()));
    } else if (event instanceof Event.ToolCallArguments more) {
      return delta(
          "tool_use",
          Json.object().put("type", "input_json_delta").put("partial_json", more.json()));
    } else if (event instanceof Event.ChoiceFinished end) {
      reason = end.reason();
      stopString = end.stopString();
      return close();
    } else if (event instanceof Event.Finished finished) {
      return finished(finished.usage());
    }
    return "";
  }

  @Override
  public String last() {
    return event(Json.object().put("type", "message_stop"));
  }

  @Override
  public String failure(ApiException failure) {
    return Sse.event("error", new AnthropicErrors().of(failure));
  }

  @Override
  public String ping() {
    return event(Json.object().put("type", "ping"));
  }

  @Override
  public String contentType() {
    return Sse.CONTENT_TYPE;
  }

  @Override
  public ObjectNode whole(Transcript transcript) {
    Output output = transcript.output();
    ObjectNode message = message();
    ArrayNode content = message.putArray("content");
    output.parts().forEach(part -> content.add(block(part)));
    message.put("stop_reason", stopReason(output.reason(), !output.calls().isEmpty()));
    message.put("stop_sequence", output.stopString().orElse(null));
    return message.set("usage", usage(transcript.usage()));
  }

  private ObjectNode message() {
    return Json.object()
        .put("id", id)
        .put("type", "message")
        .put("role", "assistant")
        .put("model", model);
  }

  private String started(Event.Started started) {
    ObjectNode message = message();
    message.putArray("content");
    message.putNull("stop_reason");
    message.putNull("stop_sequence");
    message.set("usage", usage(started.promptTokens(), started.cachedTokens(), 0));
    return event(Json.object().put("type", "message_start").set("message", message));
  }

  private String finished(Usage usage) {
    ObjectNode event = Json.object().put("type", "message_delta");
    event
        .putObject("delta")
        .put("stop_reason", stopReason(reason, hasCalls))
        .put("stop_sequence", stopString.orElse(null));
    return event(event.set("usage", usage(usage)));
  }

  /** Adds to the block of this kind, a new one where another kind is open. */
  private String delta(String kind, ObjectNode delta) {
    String opening = block.equals(kind) ? "" : close() + open(kind, empty(kind));
    return opening + deltaEvent(delta);
  }

  private String deltaEvent(ObjectNode delta) {
    return event(
        Json.object().put("type", "content_block_delta").put("index", index).set("delta", delta));
  }

  private String open(String kind, ObjectNode content) {
    block = kind;
    index++;
    return event(
        Json.object()
            .put("type", "content_block_start")
            .put("index", index)
            .set("content_block", content));
  }

  /** Clients expect a signature at the end of thinking; there is none to give. */
  private String close() {
    if (block.equals(NONE)) {
      return "";
    }
    String signature =
        block.equals("thinking")
            ? deltaEvent(Json.object().put("type", "signature_delta").put("signature", ""))
            : "";
    block = NONE;
    return signature + event(Json.object().put("type", "content_block_stop").put("index", index));
  }

  private static ObjectNode empty(String kind) {
    return kind.equals("thinking")
        ? Json.object().put("type", kind).put("thinking", "").put("signature", "")
        : Json.object().put("type", kind).put("text", "");
  }

  private static ObjectNode toolUse(String id, String name) {
    ObjectNode use = Json.object().put("type", "tool_use").put("id", id).put("name", name);
    use.putObject("input");
    return use;
  }

  private static ObjectNode block(Part part) {
    if (part instanceof Part.Thought thought) {
      return Json.object()
          .put("type", "thinking")
          .put("thinking", thought.text().toString())
          .put("signature", "");
    }
    if (part instanceof Part.Called call) {
      return toolUse(call.id(), call.name()).set("input", input(call.arguments().toString()));
    }
    return Json.object().put("type", "text").put("text", ((Part.Said) part).text().toString());
  }

  /** An input that was cut off is none. */
  private static JsonNode input(String json) {
    try {
      JsonNode input = Json.parse(json);
      return input.isObject() ? input : Json.object();
    } catch (JsonProcessingException e) {
      return Json.object();
    }
  }

  private static ObjectNode usage(Usage usage) {
    return usage(usage.promptTokens(), usage.cachedTokens(), usage.outputTokens());
  }

  /** Tokens that were cached are counted apart. */
  private static ObjectNode usage(int prompt, int cached, int output) {
    return Json.object()
        .put("input_tokens", prompt - cached)
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", cached)
        .put("output_tokens", output);
  }

  private static String stopReason(StopReason reason, boolean hasCalls) {
    return switch (reason) {
      case LENGTH -> "max_tokens";
      case STOP_STRING -> "stop_sequence";
      case TOOL_CALL -> "tool_use";
      case STOP_TOKEN, CANCELLED -> hasCalls ? "tool_use" : "end_turn";
    };
  }

  private static String event(JsonNode event) {
    return Sse.event(event.get("type").textValue(), event);
  }
}
