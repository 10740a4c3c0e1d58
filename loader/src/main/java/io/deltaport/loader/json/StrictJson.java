package io.deltaport.loader.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Reads JSON files of strangers: strict UTF-8, no duplicate key, no NaN, nothing after the value,
 * bounded size, depth and numbers. One error, naming file and place, for anything else.
 */
public final class StrictJson {
  /** Largest file that is read, in bytes. */
  public static final long LARGEST = 100_000_000;

  /** What a parser says of the place where an object or list began. */
  private static final Pattern MARKER = Pattern.compile(" \\(start marker at .*\\)$");

  /** Most tokens (braces, keys, values) of a file, which bounds what a tree of it takes. */
  static final long MOST_TOKENS = 4_000_000;

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(64)
          .maxDocumentLength(LARGEST)
          .maxNameLength(4096)
          .maxNumberLength(400)
          .maxStringLength(16_000_000)
          .maxTokenCount(MOST_TOKENS)
          .build();
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(LIMITS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final ObjectReader INNER_VALUE =
      MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private StrictJson() {}

  /** The factory of every JSON parser here, with its limits. */
  public static JsonFactory factory() {
    return FACTORY;
  }

  /** The object that a file holds. The caller has checked that it is a regular file. */
  public static ObjectNode object(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      requireBounded(file);
      try (Reader reader = utf8(Files.newInputStream(file))) {
        return object(name, reader);
      }
    } catch (IOException e) {
      throw new CheckpointException(new Problem(name, "a readable file", e.toString()), e);
    }
  }

  /**
   * The text of a file that holds JSON, for a parser of {@link #factory}. The caller has checked
   * that it is a regular file.
   */
  public static String text(Path file) {
    try {
      requireBounded(file);
      return Files.readString(file);
    } catch (IOException e) {
      throw malformed(String.valueOf(file.getFileName()), e);
    }
  }

  private static void requireBounded(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw CheckpointException.refused(
          String.valueOf(file.getFileName()),
          "at most " + LARGEST + " bytes",
          Files.size(file) + " bytes");
    }
  }

  /** The value at which a parser of {@link #factory} stands; it is left at its last token. */
  public static JsonNode value(JsonParser json) throws IOException {
    return INNER_VALUE.readTree(json);
  }

  /** The object in a text; {@code name} stands for it in errors. */
  public static ObjectNode object(String name, Reader text) {
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw CheckpointException.refused(
          name, "a JSON object", node.isMissingNode() ? "nothing" : kind(node));
    } catch (IOException e) {
      throw malformed(name, e);
    }
  }

  /** Decodes strictly: a byte that is no UTF-8 is an error of the reader. */
  public static Reader utf8(java.io.InputStream bytes) {
    return new InputStreamReader(
        bytes,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }

  /** The error of a parser, without the text that it quotes. */
  public static CheckpointException malformed(String name, IOException e) {
    if (e instanceof CharacterCodingException) {
      return new CheckpointException(new Problem(name, "UTF-8", "other bytes"), e);
    }
    if (e instanceof JsonProcessingException json) {
      String place =
          json.getLocation() == null
              ? ""
              : " at line "
                  + json.getLocation().getLineNr()
                  + " column "
                  + json.getLocation().getColumnNr();
      return new CheckpointException(
          new Problem(
              name, "JSON", MARKER.matcher(json.getOriginalMessage()).replaceAll("") + place),
          e);
    }
    return new CheckpointException(new Problem(name, "a readable file", e.toString()), e);
  }

  /** What a value is, for an error message. */
  public static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case STRING -> "\"" + node.textValue() + "\"";
      case NULL -> "null";
      case NUMBER, BOOLEAN -> node.asText();
      case BINARY, MISSING, POJO -> "no JSON value";
    };
  }
}
