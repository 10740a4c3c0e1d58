package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The input of OpenAI's responses API, as chat templates read it: items one after the other become
 * messages; reasoning and calls that follow each other are one message of the assistant.
 */
final class InputItems {
  private static final String ROLE = "role";
  private static final String CONTENT = "content";
  private static final String CALLS = "tool_calls";
  private static final String REASONING = "reasoning_content";

  private final List<Map<String, Object>> messages = new ArrayList<>();

  private InputItems() {}

  static List<Map<String, Object>> read(Fields body) {
    InputItems items = new InputItems();
    body.string("instructions").ifPresent(text -> items.message("system", text));
    JsonNode input = body.any("input").orElseThrow(() -> body.missing("input"));
    if (input.isTextual()) {
      items.message("user", input.textValue());
    } else {
      body.objects("input", ChatMessagesReader.MOST).forEach(items::add);
    }
    if (items.messages.isEmpty()) {
      throw ApiException.wrong("input", "at least one message is required");
    }
    return items.messages;
  }

  /** Items of a kind that is not known, such as a search that OpenAI ran, are left out. */
  private void add(Fields item) {
    switch (item.string("type").orElse("message")) {
      case "message" -> message(item);
      case "reasoning" -> reasoning(item);
      case "function_call" -> call(item);
      case "function_call_output" -> result(item);
      default -> {}
    }
  }

  private void message(Fields item) {
    String role = item.required(ROLE);
    String text = ChatMessagesReader.text(item, CONTENT).orElse("");
    if (role.equals("assistant") && isOpen()) {
      Map<String, Object> last = messages.get(messages.size() - 1);
      last.put(CONTENT, last.get(CONTENT) + text);
    } else {
      message(role.equals("developer") ? "system" : role, text);
    }
  }

  private void reasoning(Fields item) {
    StringBuilder text = new StringBuilder();
    for (String name : List.of(CONTENT, "summary")) {
      if (text.isEmpty()) {
        item.objects(name, ChatMessagesReader.MOST)
            .forEach(part -> text.append(part.string("text").orElse("")));
      }
    }
    if (!text.isEmpty()) {
      assistant().merge(REASONING, text.toString(), (a, b) -> a + "\n" + b);
    }
  }

  private void call(Fields item) {
    Map<String, Object> call =
        ChatMessagesReader.toolCall(
            item.required("call_id"), item.required("name"), item.required("arguments"));
    Map<String, Object> assistant = assistant();
    List<Object> calls = new ArrayList<>();
    if (assistant.get(CALLS) instanceof List<?> before) {
      calls.addAll(before);
    }
    calls.add(call);
    assistant.put(CALLS, calls);
  }

  private void result(Fields item) {
    Optional<String> text = ChatMessagesReader.text(item, "output");
    message("tool", text.orElse(""));
    messages.get(messages.size() - 1).put("tool_call_id", item.required("call_id"));
  }

  private boolean isOpen() {
    return !messages.isEmpty() && "assistant".equals(messages.get(messages.size() - 1).get(ROLE));
  }

  private Map<String, Object> assistant() {
    if (!isOpen()) {
      message("assistant", "");
    }
    return messages.get(messages.size() - 1);
  }

  private void message(String role, String text) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put(ROLE, role);
    message.put(CONTENT, text);
    messages.add(message);
  }
}
