package io.deltaport.engine.chat;

import io.deltaport.runtime.options.RunException;
import io.deltaport.template.ChatRequest;
import io.deltaport.template.options.TemplateException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings messages of the OpenAI shape to what a chat template of a text model reads. */
public final class ChatMessages {
  private ChatMessages() {}

  /**
   * A message whose tool calls have their arguments as an object, where they came as the JSON text
   * that OpenAI's API has.
   *
   * @throws RunException if the arguments are no JSON object, or a part of the content is not text
   */
  public static Map<String, Object> readable(Map<String, Object> message) {
    requireText(message.get("content"));
    if (!(message.get("tool_calls") instanceof List<?> calls)) {
      return message;
    }
    Map<String, Object> read = new LinkedHashMap<>(message);
    read.put("tool_calls", calls.stream().map(ChatMessages::call).toList());
    return read;
  }

  private static void requireText(@Nullable Object content) {
    if (!(content instanceof List<?> parts)) {
      return;
    }
    for (Object part : parts) {
      Object type = part instanceof Map<?, ?> map ? map.get("type") : part;
      if (!"text".equals(type)) {
        throw wrong("content: expected parts of type text, found " + type);
      }
    }
  }

  private static Object call(Object call) {
    if (!(call instanceof Map<?, ?> map)) {
      return call;
    }
    Map<Object, Object> read = new LinkedHashMap<>(map);
    if (map.get("function") instanceof Map<?, ?> function) {
      read.put("function", withArguments(function));
    } else {
      read.putAll(withArguments(map));
    }
    return read;
  }

  private static Map<Object, Object> withArguments(Map<?, ?> function) {
    Map<Object, Object> read = new LinkedHashMap<>(function);
    if (function.get("arguments") instanceof String json) {
      read.put("arguments", arguments(function.get("name"), json));
    }
    return read;
  }

  private static Map<?, ?> arguments(@Nullable Object name, String json) {
    try {
      return json.isBlank() ? Map.of() : ChatRequest.object(json);
    } catch (TemplateException e) {
      throw wrong("tool call " + name + ": arguments: " + e.detail());
    }
  }

  private static RunException wrong(String message) {
    return new RunException(RunException.Reason.ARGUMENT, "message: " + message);
  }
}
