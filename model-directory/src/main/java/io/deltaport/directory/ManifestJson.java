package io.deltaport.directory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.json.StrictJson;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** {@code deltaport.json}: reads it strictly, and writes it the same way each time. */
public final class ManifestJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private ManifestJson() {}

  /**
   * Reads a manifest.
   *
   * @throws CheckpointException if the file is no JSON, of another format, or any value is not what
   *     it must be
   */
  public static Manifest read(Path file) {
    ObjectNode json = StrictJson.object(file);
    JsonNode format = json.path("format");
    if (!format.isInt() || format.intValue() != Manifest.FORMAT) {
      throw refused(
          "format",
          Integer.toString(Manifest.FORMAT),
          StrictJson.kind(format) + ": convert the checkpoint again",
          null);
    }
    try {
      return MAPPER.treeToValue(json, Manifest.class);
    } catch (JsonMappingException e) {
      throw e.getCause() instanceof CheckpointException cause
          ? new CheckpointException(
              cause.problems().stream().map(p -> p.in(Manifest.NAME)).toList())
          : refused(path(e), "what a conversion writes there", "something else", e);
    } catch (JsonProcessingException e) {
      throw StrictJson.malformed(Manifest.NAME, e);
    }
  }

  /** The text of a manifest: equal manifests give equal texts. */
  public static String write(Manifest manifest) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try {
      return MAPPER.writer(printer).writeValueAsString(manifest) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("records of strings and numbers are always written", e);
    }
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(ref -> ref.getFieldName() == null ? "[" + ref.getIndex() + "]" : ref.getFieldName())
        .collect(Collectors.joining(" "));
  }

  private static CheckpointException refused(
      String where,
      String expected,
      String found,
      @org.jspecify.annotations.Nullable Throwable cause) {
    Problem problem = new Problem(Manifest.NAME + ": " + where, expected, found);
    return cause == null
        ? new CheckpointException(problem)
        : new CheckpointException(problem, cause);
  }
}
