package io.deltaport.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.deltaport.template.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One feature a case, with the text or the error that transformers' environment gives. */
class SnippetsTest {

  private static final List<Map<?, ?>> LINES = Goldens.lines("snippets.jsonl");

  @Test
  void areAllThere() {
    assertEquals(1 + 959, LINES.size());
  }

  @TestFactory
  Stream<DynamicTest> equal() {
    Map<String, Value> variables = Goldens.variables(LINES.get(0));
    return LINES.stream()
        .skip(1)
        .map(
            snippet -> {
              String template = Goldens.get(snippet, "template").toString();
              Map<Object, Object> outcome = new HashMap<>(snippet);
              outcome.put("text", snippet.get("expected"));
              outcome.put("message", "boom");
              return DynamicTest.dynamicTest(
                  template,
                  () ->
                      Goldens.check(
                          outcome,
                          () -> ChatTemplate.compile(template).render(variables, Goldens.CLOCK)));
            });
  }
}
