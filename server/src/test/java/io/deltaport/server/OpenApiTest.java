package io.deltaport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.options.ServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code openapi.json} says what the code does: the routes, and the fields of each. */
class OpenApiTest {
  private static final JsonNode FILE = Client.json(Apis.resource("openapi.json"));
  private static final String CHAT = "'messages': [{'role': 'user', 'content': 'hi'}]";

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of("/v1/chat/completions", List.of("{'stream': true, " + CHAT + "}")),
        Arguments.of("/v1/completions", List.of("{'stream': true, 'prompt': 'a'}")),
        Arguments.of("/v1/responses", List.of("{'input': []}", "{'input': 'a'}")),
        Arguments.of("/v1/messages", List.of("{'max_tokens': 1, " + CHAT + "}")),
        Arguments.of("/v1/messages/count_tokens", List.of("{" + CHAT + "}")),
        Arguments.of("/api/chat", List.of("{" + CHAT + "}")),
        Arguments.of("/api/generate", List.of("{}")),
        Arguments.of("/api/show", List.of("{}")),
        Arguments.of("/tokenize", List.of("{" + CHAT + "}", "{}")),
        Arguments.of("/detokenize", List.of("{'tokens': []}")),
        Arguments.of("/apply-template", List.of("{" + CHAT + "}")));
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void theFieldsAreThoseThatTheCodeReads(String path, List<String> bodies) {
    Set<String> asked = new TreeSet<>();
    try (ScriptedModel model = new ScriptedModel()) {
      for (String body : bodies) {
        Fields fields = Fields.of((ObjectNode) Client.json(body.replace('\'', '"')));
        try {
          assertNotNull(Apis.read(path, ServerOptions.DEFAULT, fields, model));
        } catch (ApiException e) {
          asked.add(e.field().orElse(""));
        }
        asked.addAll(fields.asked());
      }
    }
    JsonNode schema = schema(path);
    Set<String> described = new TreeSet<>();
    schema.get("properties").fieldNames().forEachRemaining(described::add);
    asked.removeAll(Set.of("", "name"));
    described.removeAll(Set.of("name"));
    assertEquals(described, asked);
  }

  @Test
  void theRoutesAreThoseOfTheServer() {
    Set<String> described = new TreeSet<>();
    FILE.get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(method -> described.add(method + " " + path.getKey())));
    try (DeltaportServer server = DeltaportServer.listen(ServerOptions.DEFAULT.withPort(0))) {
      assertEquals(described, new TreeSet<>(server.routes()));
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    List<String> broken = new ArrayList<>();
    for (JsonNode reference : FILE.findValues("$ref")) {
      if (FILE.at(reference.asText().substring(1)).isMissingNode()) {
        broken.add(reference.asText());
      }
    }
    assertEquals(List.of(), broken);
  }

  private static JsonNode schema(String path) {
    String reference =
        FILE.get("paths")
            .get(path)
            .at("/post/requestBody/content/application~1json/schema/$ref")
            .asText();
    return FILE.at(reference.substring(1));
  }
}
