package io.deltaport.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class Pitfall26Test {

  private static final Map<String, Object> USER = Map.of("role", "user", "content", "Q");

  private static String render(String template, List<Map<String, Object>> messages) {
    return ChatTemplate.compile(Goldens.read("templates/" + template + ".jinja"))
        .render(ChatRequest.of(messages));
  }

  @Test
  @DisplayName("pitfall 26: raise_exception is an error with the template's words and place")
  void raises() {
    TemplateException thrown =
        assertThrows(
            TemplateException.class,
            () -> render("instruct", List.of(USER, Map.of("role", "critic", "content", "x"))));
    assertEquals(Kind.RAISED, thrown.kind());
    assertEquals("Unexpected role: critic", thrown.detail());
    assertEquals(62, thrown.line());
  }

  @Test
  @DisplayName("pitfall 26: a system message that is not first is refused")
  void systemNotFirst() {
    TemplateException thrown =
        assertThrows(
            TemplateException.class,
            () -> render("thinking", List.of(USER, Map.of("role", "system", "content", "S"))));
    assertEquals("System message must be at the beginning.", thrown.detail());
  }

  @Test
  @DisplayName("pitfall 26: thinking before the last question is left out of the history")
  void thinkingBlocks() {
    Map<String, Object> answer =
        Map.of("role", "assistant", "content", "<think>\nhm\n</think>\n\nA");
    assertEquals(
        "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\nQ<|im_end|>\n",
        render("thinking", List.of(USER, answer, USER)));
    assertEquals(
        "<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n<think>\nhm\n</think>\n\nA<|im_end|>\n",
        render("thinking", List.of(USER, answer)));
  }

  @Test
  @DisplayName("pitfall 26: tool arguments, an object or its text, are written alike")
  void toolArguments() {
    assertEquals(toolCall(Map.of("city", "Köln")), toolCall("{\"city\": \"Köln\"}"));
  }

  private static String toolCall(Object arguments) {
    Map<String, Object> call =
        Map.of("type", "function", "function", Map.of("name", "f", "arguments", arguments));
    return render(
        "instruct",
        List.of(USER, Map.of("role", "assistant", "content", "", "tool_calls", List.of(call))));
  }
}
