package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.call.Ids;
import io.deltaport.server.call.Part;
import io.deltaport.server.json.Json;
import java.util.Optional;

/** An item of a response's output while its text comes. */
final class ResponseItem {
  /** What an item is, and how its events are called. */
  enum Kind {
    REASONING("rs_", "response.reasoning_text", "text"),
    MESSAGE("msg_", "response.output_text", "text"),
    CALL("fc_", "response.function_call_arguments", "arguments");

    private final String prefix;
    private final String event;
    private final String field;

    Kind(String prefix, String event, String field) {
      this.prefix = prefix;
      this.event = event;
      this.field = field;
    }

    String delta() {
      return event + ".delta";
    }

    String done() {
      return event + ".done";
    }

    String field() {
      return field;
    }
  }

  private final String id;
  private final Kind kind;
  private final String callId;
  private final String name;
  private final StringBuilder text = new StringBuilder();

  private ResponseItem(Kind kind, String callId, String name) {
    this.id = Ids.next(kind.prefix);
    this.kind = kind;
    this.callId = callId;
    this.name = name;
  }

  /** Reasoning or a message. */
  static ResponseItem of(Kind kind) {
    return new ResponseItem(kind, "", "");
  }

  static ResponseItem call(String callId, String name) {
    return new ResponseItem(Kind.CALL, callId, name);
  }

  /** A stretch of an output that is whole. */
  static ResponseItem of(Part part) {
    ResponseItem item;
    if (part instanceof Part.Called call) {
      item = call(call.id(), call.name());
      item.add(call.arguments().toString());
    } else if (part instanceof Part.Thought thought) {
      item = of(Kind.REASONING);
      item.add(thought.text().toString());
    } else {
      item = of(Kind.MESSAGE);
      item.add(((Part.Said) part).text().toString());
    }
    return item;
  }

  String id() {
    return id;
  }

  Kind kind() {
    return kind;
  }

  String text() {
    return text.toString();
  }

  void add(String more) {
    text.append(more);
  }

  /** The part of its content that its text is; a call has none. */
  Optional<ObjectNode> part() {
    return switch (kind) {
      case CALL -> Optional.empty();
      case REASONING ->
          Optional.of(Json.object().put("type", "reasoning_text").put("text", text()));
      case MESSAGE -> {
        ObjectNode part = Json.object().put("type", "output_text").put("text", text());
        part.putArray("annotations");
        part.putArray("logprobs");
        yield Optional.of(part);
      }
    };
  }

  /** As it begins. */
  ObjectNode begun() {
    return item("in_progress", false);
  }

  /** As it is when it is whole. */
  ObjectNode done() {
    return item("completed", true);
  }

  private ObjectNode item(String status, boolean hasContent) {
    ObjectNode item = Json.object().put("id", id);
    switch (kind) {
      case REASONING -> {
        item.put("type", "reasoning").putArray("summary");
        content(item, hasContent);
      }
      case MESSAGE -> {
        item.put("type", "message").put("role", "assistant");
        content(item, hasContent);
      }
      case CALL ->
          item.put("type", "function_call")
              .put("call_id", callId)
              .put("name", name)
              .put("arguments", text());
    }
    return item.put("status", status);
  }

  private void content(ObjectNode item, boolean hasContent) {
    ArrayNode content = item.putArray("content");
    if (hasContent) {
      part().ifPresent(content::add);
    }
  }
}
