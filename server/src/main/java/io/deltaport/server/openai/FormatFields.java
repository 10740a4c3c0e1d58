package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.request.Constraint;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import java.util.Optional;

/** What the text of an answer must be. */
final class FormatFields {
  private static final int MOST_SCHEMA = 1 << 20;
  private static final int MOST_CHOICES = 10_000;

  private FormatFields() {}

  /** {@code response_format}, or {@code structured_outputs} as vLLM has it. */
  static Constraint read(Fields body) {
    Optional<Fields> format = body.object("response_format");
    Optional<Fields> structured = body.object("structured_outputs");
    if (format.isPresent() && structured.isPresent()) {
      throw ApiException.wrong("structured_outputs", "goes without response_format");
    }
    return structured
        .map(FormatFields::structured)
        .or(() -> format.map(FormatFields::format))
        .orElse(Constraint.NONE);
  }

  /** A format; the schema is a field of {@code json_schema}, or of the format itself. */
  static Constraint format(Fields format) {
    String type =
        format
            .choice("type", "text", "json_object", "json_schema")
            .orElseThrow(() -> format.missing("type"));
    return switch (type) {
      case "json_object" -> new Constraint.JsonObject();
      case "json_schema" -> schema(format.object("json_schema").orElse(format), "schema");
      default -> Constraint.NONE;
    };
  }

  private static Constraint structured(Fields fields) {
    if (fields.any("json").isPresent()) {
      return schema(fields, "json");
    }
    Optional<String> regex = fields.string("regex");
    if (regex.isPresent()) {
      return new Constraint.Regex(bounded(regex.get(), fields.path("regex")));
    }
    Optional<String> grammar = fields.string("grammar");
    if (grammar.isPresent()) {
      return new Constraint.Lark(bounded(grammar.get(), fields.path("grammar")));
    }
    if (fields.any("choice").isPresent()) {
      return new Constraint.Choice(fields.strings("choice", MOST_CHOICES));
    }
    return fields.isTrue("json_object") ? new Constraint.JsonObject() : Constraint.NONE;
  }

  static Constraint schema(Fields fields, String name) {
    JsonNode schema = fields.any(name).orElseThrow(() -> fields.missing(name));
    if (!schema.isObject() && !schema.isBoolean()) {
      throw Fields.wrong(fields.path(name), "a JSON schema", schema);
    }
    return new Constraint.JsonSchema(bounded(Json.line(schema), fields.path(name)));
  }

  private static String bounded(String text, String path) {
    if (text.length() > MOST_SCHEMA) {
      throw ApiException.wrong(path, "at most " + MOST_SCHEMA + " characters");
    }
    return text;
  }
}
