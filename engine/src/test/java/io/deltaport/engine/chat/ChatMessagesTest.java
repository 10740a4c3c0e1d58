package io.deltaport.engine.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.options.RunException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChatMessagesTest {
  @Test
  @DisplayName("pitfall 45: arguments that come as JSON text are parsed before the template")
  void argumentsOfJsonTextAreAnObject() {
    Map<String, Object> read = ChatMessages.readable(call("{\"city\": \"Paris\", \"days\": 2}"));
    assertEquals(call(Map.of("city", "Paris", "days", 2)), read);
  }

  @Test
  void argumentsThatAreAnObjectStay() {
    Map<String, Object> message = call(Map.of("city", "Paris"));
    assertEquals(message, ChatMessages.readable(message));
  }

  @Test
  void noArgumentsAreAnEmptyObject() {
    assertEquals(call(Map.of()), ChatMessages.readable(call("")));
  }

  @Test
  void brokenArgumentsAreOneErrorThatNamesTheTool() {
    RunException e =
        assertThrows(RunException.class, () -> ChatMessages.readable(call("{\"city\"")));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("message: tool call weather: arguments: "), message);
  }

  @Test
  void anImageIsOneError() {
    Map<String, Object> message =
        Map.of("role", "user", "content", List.of(Map.of("type", "image_url", "image_url", "x")));
    RunException e = assertThrows(RunException.class, () -> ChatMessages.readable(message));
    assertEquals("message: content: expected parts of type text, found image_url", e.getMessage());
  }

  @Test
  void textPartsStay() {
    Map<String, Object> message =
        Map.of("role", "user", "content", List.of(Map.of("type", "text", "text", "hello")));
    assertEquals(message, ChatMessages.readable(message));
  }

  private static Map<String, Object> call(Object arguments) {
    Map<String, Object> function = Map.of("name", "weather", "arguments", arguments);
    return Map.of("role", "assistant", "tool_calls", List.of(Map.of("function", function)));
  }
}
