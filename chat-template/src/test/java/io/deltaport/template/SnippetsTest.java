package io.deltaport.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.template.value.Value;
import io.deltaport.template.value.Values;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** One feature a case, with the text or the error that transformers' environment gives. */
class SnippetsTest {

  static final Clock CLOCK = Clock.fixed(Instant.parse("2025-01-15T12:00:00Z"), ZoneOffset.UTC);

  @Test
  void areAllThere() throws IOException {
    assertEquals(960, lines().size());
  }

  @TestFactory
  Stream<DynamicTest> equal() throws IOException {
    Map<String, Value> variables = new LinkedHashMap<>();
    Object given = Objects.requireNonNull(RequestReader.object(lines().get(0)).get("variables"));
    ((Map<?, ?>) given)
        .forEach((name, value) -> variables.put(String.valueOf(name), Values.of(value)));
    return lines().stream()
        .skip(1)
        .map(RequestReader::object)
        .map(
            snippet ->
                DynamicTest.dynamicTest(
                    String.valueOf(snippet.get("template")), () -> check(snippet, variables)));
  }

  private static void check(Map<?, ?> snippet, Map<String, Value> variables) {
    String template = String.valueOf(snippet.get("template"));
    Object error = snippet.get("error");
    if (error == null) {
      String text = ChatTemplate.compile(template).render(variables, CLOCK);
      assertEquals(
          withoutAddresses(String.valueOf(snippet.get("expected"))), withoutAddresses(text));
      return;
    }
    TemplateException thrown =
        assertThrows(
            TemplateException.class, () -> ChatTemplate.compile(template).render(variables, CLOCK));
    assertEquals(error, thrown.kind().pythonName(), thrown.getMessage());
  }

  /** Python prints where an object lies, which differs each time. */
  private static String withoutAddresses(String text) {
    return text.replaceAll("(?i)0x[0-9a-f]+", "ADDRESS");
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = SnippetsTest.class.getResourceAsStream("snippets.jsonl")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    }
  }
}
