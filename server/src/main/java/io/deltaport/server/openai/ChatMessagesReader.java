package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages of OpenAI's chat API, as chat templates read them: contents are text. */
public final class ChatMessagesReader {
  /** Most messages of a conversation. */
  public static final int MOST = 10_000;

  private static final int MOST_PARTS = 10_000;
  private static final int MOST_CALLS = 512;

  private ChatMessagesReader() {}

  public static List<Map<String, Object>> read(Fields body) {
    if (body.any("messages").isEmpty()) {
      throw body.missing("messages");
    }
    List<Map<String, Object>> messages = new ArrayList<>();
    body.objects("messages", MOST).forEach(message -> messages.add(message(message)));
    return messages;
  }

  private static Map<String, Object> message(Fields fields) {
    String role = fields.required("role");
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", role.equals("developer") ? "system" : role);
    message.put("content", text(fields, "content").orElse(""));
    reasoning(fields).ifPresent(text -> message.put("reasoning_content", text));
    fields.string("name").ifPresent(name -> message.put("name", name));
    fields.string("tool_call_id").ifPresent(id -> message.put("tool_call_id", id));
    List<Fields> calls = fields.objects("tool_calls", MOST_CALLS);
    if (!calls.isEmpty()) {
      message.put("tool_calls", calls.stream().map(ChatMessagesReader::toolCall).toList());
    }
    return message;
  }

  private static Optional<String> reasoning(Fields fields) {
    return fields
        .string("reasoning_content")
        .or(() -> fields.string("reasoning"))
        .or(() -> fields.string("thinking"));
  }

  /** A string, or the texts of a list of parts one after the other. */
  static Optional<String> text(Fields fields, String name) {
    Optional<JsonNode> value = fields.any(name);
    if (value.isEmpty() || value.get().isTextual()) {
      return value.map(JsonNode::textValue);
    }
    StringBuilder text = new StringBuilder();
    for (Fields part : fields.objects(name, MOST_PARTS)) {
      text.append(partText(part));
    }
    return Optional.of(text.toString());
  }

  private static String partText(Fields part) {
    String type = part.required("type");
    return switch (type) {
      case "text", "input_text", "output_text" -> part.required("text");
      case "refusal" -> part.required("refusal");
      default ->
          throw ApiException.unsupported(
              part.path("type"), "this model reads parts of type text alone, found " + type);
    };
  }

  private static Map<String, Object> toolCall(Fields call) {
    Fields function = call.object("function").orElseThrow(() -> call.missing("function"));
    return toolCall(call.string("id").orElse(""), function.required("name"), arguments(function));
  }

  /** Arguments are JSON text, or already an object. */
  private static Object arguments(Fields function) {
    Optional<JsonNode> arguments = function.any("arguments");
    if (arguments.isPresent() && arguments.get().isObject()) {
      return Json.plain(arguments.get());
    }
    return function.string("arguments").orElse("");
  }

  /** A call as templates read it. */
  public static Map<String, Object> toolCall(String id, String name, Object arguments) {
    return Map.of(
        "id", id, "type", "function", "function", Map.of("name", name, "arguments", arguments));
  }
}
