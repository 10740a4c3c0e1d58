package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.Usage;
import io.deltaport.server.call.Ids;
import io.deltaport.server.call.Part;
import io.deltaport.server.call.Reply;
import io.deltaport.server.call.Sse;
import io.deltaport.server.call.Transcript;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A response: whole, or by numbered events that open, fill and close its items. */
final class ResponseReply implements Reply {
  /** Fields of a request that its response has too. */
  private static final List<String> ECHOED =
      List.of(
          "instructions",
          "max_output_tokens",
          "metadata",
          "parallel_tool_calls",
          "reasoning",
          "temperature",
          "text",
          "tool_choice",
          "tools",
          "top_p");

  private final String id = Ids.next("resp_");
  private final long created = Instant.now().getEpochSecond();
  private final String model;
  private final ObjectNode asked;
  private final ArrayNode output = Json.array();
  private Optional<ResponseItem> open = Optional.empty();
  private StopReason reason = StopReason.STOP_TOKEN;
  private int sequence;

  ResponseReply(String model, ObjectNode asked) {
    this.model = model;
    this.asked = asked;
  }

  @Override
  public String piece(int request, Event event) {
    if (event instanceof Event.Queued) {
      return event("response.created", with(response("in_progress", output)));
    } else if (event instanceof Event.Started) {
      return event("response.in_progress", with(response("in_progress", output)));
    } else if (event instanceof Event.Reasoning thought) {
      return in(ResponseItem.Kind.REASONING) + delta(thought.text());
    } else if (event instanceof Event.Text text) {
      return in(ResponseItem.Kind.MESSAGE) + delta(text.text());
    } else if (event instanceof Event.ToolCallStarted call) {
      return close() + open(ResponseItem.call(call.id(), call.name()));
    } else if (event instanceof Event.ToolCallArguments more) {
      return delta(more.json());
    } else if (event instanceof Event.ChoiceFinished end) {
      reason = end.reason();
      return close();
    } else if (event instanceof Event.Finished finished) {
      String name = isCut(reason) ? "response.incomplete" : "response.completed";
      return event(name, with(finished(output, reason, finished.usage())));
    }
    return "";
  }

  @Override
  public String last() {
    return "";
  }

  @Override
  public String failure(ApiException failure) {
    ObjectNode response = response("failed", output);
    ObjectNode error = OpenAiErrors.error(failure);
    String code = failure.kind() == ApiException.Kind.BUSY ? "rate_limit_exceeded" : "server_error";
    response.set("error", Json.object().put("code", code).set("message", error.get("message")));
    return event("response.failed", with(response));
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
    ArrayNode items = Json.array();
    for (Part part : transcript.output().parts()) {
      items.add(ResponseItem.of(part).done());
    }
    return finished(items, transcript.output().reason(), transcript.usage());
  }

  private ObjectNode finished(ArrayNode items, StopReason why, Usage usage) {
    ObjectNode response = response(isCut(why) ? "incomplete" : "completed", items);
    if (isCut(why)) {
      response.putObject("incomplete_details").put("reason", "max_output_tokens");
    }
    return response.set("usage", OpenAiUsage.ofResponse(usage));
  }

  private ObjectNode response(String status, ArrayNode items) {
    ObjectNode response =
        Json.object()
            .put("id", id)
            .put("object", "response")
            .put("created_at", created)
            .put("status", status)
            .put("model", model);
    response.putNull("error");
    response.putNull("incomplete_details");
    response.putNull("previous_response_id");
    response.put("store", false);
    response.putNull("usage");
    response.put("tool_choice", "auto").put("parallel_tool_calls", true);
    response.putNull("instructions");
    response.putObject("metadata");
    response.putArray("tools");
    for (String name : ECHOED) {
      JsonNode value = asked.get(name);
      if (value != null && !value.isNull()) {
        response.set(name, value);
      }
    }
    return response.set("output", items.deepCopy());
  }

  /** The item of this kind, a new one where another is open. */
  private String in(ResponseItem.Kind kind) {
    boolean isOpen = open.map(item -> item.kind() == kind).orElse(false);
    return isOpen ? "" : close() + open(ResponseItem.of(kind));
  }

  private String open(ResponseItem item) {
    open = Optional.of(item);
    String added = event("response.output_item.added", place().set("item", item.begun()));
    String part =
        item.part()
            .map(
                content -> event("response.content_part.added", content(item).set("part", content)))
            .orElse("");
    return added + part;
  }

  private String delta(String text) {
    ResponseItem item = open.orElseThrow();
    item.add(text);
    ObjectNode node = item.part().isPresent() ? content(item) : place().put("item_id", item.id());
    return event(item.kind().delta(), node.put("delta", text));
  }

  private String close() {
    if (open.isEmpty()) {
      return "";
    }
    ResponseItem item = open.get();
    boolean hasPart = item.part().isPresent();
    ObjectNode whole = hasPart ? content(item) : place().put("item_id", item.id());
    String done = event(item.kind().done(), whole.put(item.kind().field(), item.text()));
    String part =
        item.part()
            .map(content -> event("response.content_part.done", content(item).set("part", content)))
            .orElse("");
    String closed = event("response.output_item.done", place().set("item", item.done()));
    output.add(item.done());
    open = Optional.empty();
    return done + part + closed;
  }

  private ObjectNode place() {
    return Json.object().put("output_index", output.size());
  }

  private ObjectNode content(ResponseItem item) {
    return place().put("item_id", item.id()).put("content_index", 0);
  }

  private static ObjectNode with(ObjectNode response) {
    return Json.object().set("response", response);
  }

  private String event(String type, ObjectNode fields) {
    ObjectNode event = Json.object().put("type", type).put("sequence_number", sequence++);
    return Sse.event(type, event.setAll(fields));
  }

  private static boolean isCut(StopReason reason) {
    return reason == StopReason.LENGTH;
  }
}
