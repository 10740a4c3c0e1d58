package io.deltaport.template;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.deltaport.template.options.TemplateException;
import io.deltaport.template.value.Value;
import io.deltaport.template.value.Values;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Java half of the differential runs: a case a line on the standard input, its outcome a line
 * on the standard output. A case is a template with variables, or with a request, or a model
 * directory with a request; an outcome is a text or an error.
 */
final class Differential {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2025-01-15T12:00:00Z"), ZoneOffset.UTC);

  private Differential() {}

  public static void main(String[] args) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    BufferedWriter out =
        new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.write(JSON.writeValueAsString(outcome(RequestReader.object(line))));
      out.newLine();
      out.flush();
    }
  }

  private static Map<String, String> outcome(Map<?, ?> given) throws IOException {
    try {
      return Map.of("text", render(given));
    } catch (TemplateException e) {
      return Map.of("error", e.kind().pythonName(), "message", String.valueOf(e.getMessage()));
    }
  }

  private static String render(Map<?, ?> given) throws IOException {
    Object request = given.get("request");
    if (given.get("directory") instanceof String directory) {
      return ChatTemplates.load(Path.of(directory)).render(request(request));
    }
    ChatTemplate template = ChatTemplate.compile(String.valueOf(given.get("template")));
    if (request != null) {
      return template.render(request(request));
    }
    Map<String, Value> variables = new LinkedHashMap<>();
    if (given.get("variables") instanceof Map<?, ?> map) {
      map.forEach((name, value) -> variables.put(String.valueOf(name), Values.of(value)));
    }
    return template.render(variables, CLOCK);
  }

  private static ChatRequest request(@Nullable Object request) throws IOException {
    return ChatRequest.parse(JSON.writeValueAsString(request)).withClock(CLOCK);
  }
}
