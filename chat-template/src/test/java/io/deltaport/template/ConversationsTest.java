package io.deltaport.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Conversations, good and bad, through templates in the style of the family, as transformers
 * renders them.
 */
class ConversationsTest {

  private static final List<Map<?, ?>> LINES = Goldens.lines("conversations.jsonl");

  @Test
  void areAllThere() {
    assertEquals(69, LINES.size());
  }

  @TestFactory
  List<DynamicTest> equal() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map<?, ?> golden : LINES) {
      Map<?, ?> outcomes = (Map<?, ?>) Goldens.get(golden, "outcomes");
      outcomes.forEach(
          (name, both) -> {
            ChatTemplate template =
                ChatTemplate.compile(Goldens.read("templates/" + name + ".jinja"));
            List<?> outcome = (List<?>) both;
            Object request = golden.get("request");
            String label = name + ", " + golden.get("case");
            tests.add(
                DynamicTest.dynamicTest(
                    label,
                    () ->
                        Goldens.check(
                            outcome.get(0), () -> template.render(Goldens.request(request)))));
            tests.add(
                DynamicTest.dynamicTest(
                    label + ", with prompt",
                    () ->
                        Goldens.check(
                            outcome.get(1),
                            () ->
                                template.render(Goldens.request(request).withGenerationPrompt()))));
          });
    }
    return tests;
  }
}
