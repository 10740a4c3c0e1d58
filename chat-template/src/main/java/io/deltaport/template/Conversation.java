package io.deltaport.template;

import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.Value;
import io.deltaport.template.value.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What transformers does to a conversation before a template sees it ({@code
 * _normalize_chat_messages} and {@code _alias_reasoning_fields}): keys of a message without value
 * are dropped, and reasoning is found under all its names.
 */
final class Conversation {

  private static final List<String> REASONING =
      List.of("reasoning_content", "thinking", "reasoning");

  private Conversation() {}

  /** The variables of a rendering, in the order of their precedence. */
  static Map<String, Value> variables(ChatRequest request) {
    List<Object> messages = new ArrayList<>();
    request.messages().forEach(message -> messages.add(aliased(withoutNulls(message))));
    Map<String, Value> variables = new LinkedHashMap<>();
    variables.put("add_generation_prompt", BoolValue.FALSE);
    request.variables().forEach((name, value) -> variables.put(name, Values.of(value)));
    variables.put("messages", Values.of(messages));
    variables.put("tools", Values.of(request.tools()));
    variables.put("documents", Values.of(request.documents()));
    return variables;
  }

  private static Map<String, Object> withoutNulls(Map<String, Object> message) {
    Map<String, Object> kept = new LinkedHashMap<>(message);
    kept.values().removeIf(value -> value == null);
    return kept;
  }

  private static Map<String, Object> aliased(Map<String, Object> message) {
    Object reasoning = reasoning(message);
    if (reasoning == null) {
      return message;
    }
    Map<String, Object> aliased = new LinkedHashMap<>();
    aliased.put("thinking", reasoning);
    aliased.putAll(message);
    aliased.put("reasoning_content", reasoning);
    return aliased;
  }

  private static @Nullable Object reasoning(Map<String, Object> message) {
    for (String name : REASONING) {
      Object value = message.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
