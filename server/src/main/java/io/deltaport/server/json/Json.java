package io.deltaport.server.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** JSON of requests, within bounds, and of answers. */
public final class Json {
  private static final int DEPTH = 64;
  private static final int NUMBER = 100;
  private static final int NAME = 1024;
  private static final int STRING = 32 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxNumberLength(NUMBER)
                          .maxNameLength(NAME)
                          .maxStringLength(STRING)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * The object that a body is.
   *
   * @throws ApiException if it is none, not UTF-8, has a name twice, or passes a bound
   */
  public static ObjectNode object(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(utf8(body));
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw broken(e.getOriginalMessage());
    } catch (IOException e) {
      throw broken("not UTF-8");
    }
    throw broken("expected a JSON object");
  }

  /** What a text holds as JSON. */
  public static JsonNode parse(String json) throws JsonProcessingException {
    return MAPPER.readTree(json);
  }

  /** The values of a JSON object: maps, lists, strings, numbers, booleans, null. */
  public static Map<String, Object> plain(JsonNode object) {
    return MAPPER.convertValue(object, new TypeReference<>() {});
  }

  /** JSON of plain values. */
  public static JsonNode node(Object plain) {
    return MAPPER.valueToTree(plain);
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** One line of JSON. */
  public static String line(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String utf8(byte[] body) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
  }

  private static ApiException broken(String what) {
    String first = what.lines().findFirst().orElse("");
    return new ApiException(ApiException.Kind.INVALID, "the body is no valid JSON: " + first);
  }
}
