package io.deltaport.server.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import io.deltaport.server.openai.ChatMessagesReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A conversation of Anthropic's messages API, as chat templates read it. */
final class MessagesReader {
  private static final String BILLING = "x-anthropic-billing-header:";
  private static final int MOST_BLOCKS = 10_000;

  private final boolean stripBillingHeader;

  /** Leaves out a system block that changes with every request, where that is wanted. */
  MessagesReader(boolean stripBillingHeader) {
    this.stripBillingHeader = stripBillingHeader;
  }

  List<Map<String, Object>> read(Fields body) {
    List<Map<String, Object>> messages = new ArrayList<>();
    system(body).ifPresent(text -> messages.add(message("system", text)));
    if (body.any("messages").isEmpty()) {
      throw body.missing("messages");
    }
    for (Fields message : body.objects("messages", ChatMessagesReader.MOST)) {
      String role =
          message
              .choice("role", "user", "assistant", "system")
              .orElseThrow(() -> message.missing("role"));
      add(message, role, messages);
    }
    return messages;
  }

  private Optional<String> system(Fields body) {
    Optional<JsonNode> system = body.any("system");
    if (system.isEmpty() || system.get().isTextual()) {
      return system.map(JsonNode::textValue).filter(this::isKept);
    }
    List<String> texts = new ArrayList<>();
    for (Fields block : body.objects("system", MOST_BLOCKS)) {
      String text = block.required("text");
      if (isKept(text)) {
        texts.add(text);
      }
    }
    return texts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", texts));
  }

  private boolean isKept(String text) {
    return !stripBillingHeader || !text.startsWith(BILLING);
  }

  /** Results of tools are messages of their own, before what the user says beside them. */
  private static void add(Fields message, String role, List<Map<String, Object>> messages) {
    Optional<JsonNode> content = message.any("content");
    if (content.isPresent() && content.get().isTextual()) {
      messages.add(message(role, content.get().textValue()));
      return;
    }
    StringBuilder text = new StringBuilder();
    StringBuilder thinking = new StringBuilder();
    List<Map<String, Object>> calls = new ArrayList<>();
    boolean hasResults = false;
    for (Fields block : message.objects("content", MOST_BLOCKS)) {
      switch (block.required("type")) {
        case "text" -> joined(text, block.required("text"));
        case "thinking" -> joined(thinking, block.string("thinking").orElse(""));
        case "redacted_thinking" -> {}
        case "tool_use" -> calls.add(call(block));
        case "tool_result" -> {
          messages.add(result(block));
          hasResults = true;
        }
        default ->
            throw ApiException.unsupported(
                block.path("type"), "this model reads text, thinking, tool_use and tool_result");
      }
    }
    if (hasResults && text.isEmpty()) {
      return;
    }
    Map<String, Object> all = message(role, text.toString());
    if (!thinking.isEmpty()) {
      all.put("reasoning_content", thinking.toString());
    }
    if (!calls.isEmpty()) {
      all.put("tool_calls", calls);
    }
    messages.add(all);
  }

  private static Map<String, Object> call(Fields block) {
    Fields input = block.object("input").orElseThrow(() -> block.missing("input"));
    return ChatMessagesReader.toolCall(
        block.required("id"), block.required("name"), Json.plain(input.node()));
  }

  private static Map<String, Object> result(Fields block) {
    Map<String, Object> result = message("tool", resultText(block));
    result.put("tool_call_id", block.required("tool_use_id"));
    return result;
  }

  private static String resultText(Fields block) {
    Optional<JsonNode> content = block.any("content");
    if (content.isEmpty() || content.get().isTextual()) {
      return content.map(JsonNode::textValue).orElse("");
    }
    StringBuilder text = new StringBuilder();
    for (Fields part : block.objects("content", MOST_BLOCKS)) {
      if (!part.required("type").equals("text")) {
        throw ApiException.unsupported(part.path("type"), "this model reads text alone");
      }
      joined(text, part.required("text"));
    }
    return text.toString();
  }

  private static Map<String, Object> message(String role, String content) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("content", content);
    return message;
  }

  /** Blocks are paragraphs of their own. */
  private static void joined(StringBuilder text, String more) {
    if (!text.isEmpty()) {
      text.append('\n');
    }
    text.append(more);
  }
}
