package io.deltaport.grammar;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.json.StrictJson;
import java.io.StringReader;

/** JSON schemas on their way to the native library. */
final class SchemaText {
  /** The key by which a schema tells llguidance how to write JSON. */
  private static final String OPTIONS = "x-guidance";

  /**
   * Matched at most once between two values: a model that likes blanks could write them for ever.
   */
  private static final String WHITE_SPACE = "\\x20{1,2}|\\r?\\n[\\x20\\x09]{0,40}";

  private SchemaText() {}

  /** The schema in a text, with white space bounded; {@code name} stands for it in errors. */
  static ObjectNode read(String name, String schema) {
    return bounded(parse(name, schema));
  }

  /** The object in a text. */
  static ObjectNode parse(String name, String schema) {
    try {
      return StrictJson.object(name, new StringReader(schema));
    } catch (CheckpointException e) {
      throw new GrammarException(String.valueOf(e.getMessage()), e);
    }
  }

  static ObjectNode anyObject() {
    return bounded(JsonNodeFactory.instance.objectNode().put("type", "object"));
  }

  /** The same schema with options of our own: it may not bring its own. */
  static ObjectNode bounded(ObjectNode schema) {
    ObjectNode bounded = schema.deepCopy();
    bounded.putObject(OPTIONS).put("whitespace_pattern", WHITE_SPACE);
    return bounded;
  }
}
