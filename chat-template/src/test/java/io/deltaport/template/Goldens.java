package io.deltaport.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.deltaport.template.options.TemplateException;
import io.deltaport.template.value.Value;
import io.deltaport.template.value.Values;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Files of texts and errors that Python gave, made by {@code chat-template/differential/goldens}.
 */
final class Goldens {

  static final Clock CLOCK = Clock.fixed(Instant.parse("2025-01-15T12:00:00Z"), ZoneOffset.UTC);

  private static final JsonMapper JSON = new JsonMapper();

  private Goldens() {}

  static String read(String name) {
    try (InputStream in = Goldens.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Map<?, ?>> lines(String name) {
    return read(name).lines().<Map<?, ?>>map(RequestReader::object).toList();
  }

  static Object get(Map<?, ?> map, String key) {
    return Objects.requireNonNull(map.get(key), key);
  }

  static Map<String, Value> variables(Map<?, ?> golden) {
    Map<String, Value> variables = new LinkedHashMap<>();
    ((Map<?, ?>) get(golden, "variables"))
        .forEach((name, value) -> variables.put(String.valueOf(name), Values.of(value)));
    return variables;
  }

  static ChatRequest request(@Nullable Object request) {
    try {
      return ChatRequest.parse(JSON.writeValueAsString(request)).withClock(CLOCK);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text, or the error by Python's name of its type. */
  static void check(Object outcome, Supplier<String> rendering) {
    Map<?, ?> expected = (Map<?, ?>) outcome;
    if (expected.get("error") == null) {
      assertEquals(withoutAddresses(get(expected, "text")), withoutAddresses(rendering.get()));
      return;
    }
    TemplateException thrown = assertThrows(TemplateException.class, rendering::get);
    assertEquals(expected.get("error"), thrown.kind().pythonName(), thrown.getMessage());
    if (thrown.kind() == TemplateException.Kind.RAISED) {
      assertEquals(expected.get("message"), thrown.detail());
    }
  }

  /** Python prints where an object lies, which differs each time. */
  private static String withoutAddresses(Object text) {
    return String.valueOf(text).replaceAll("(?i)0x[0-9a-f]+", "ADDRESS");
  }
}
