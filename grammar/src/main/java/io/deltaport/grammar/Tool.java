package io.deltaport.grammar;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * A function that a model may call.
 *
 * @param name letters, digits, {@code _}, {@code .}, {@code :}, {@code /} and {@code -}
 * @param parameters the JSON schema of its arguments, an object; {@code {}} leaves them open
 * @param arguments whether the schema is kept to
 */
public record Tool(String name, String parameters, Arguments arguments) {
  /** How arguments are held to the schema. */
  public enum Arguments {
    BY_SCHEMA,
    /** Any arguments, for a schema that is advice. */
    ANY
  }

  private static final Pattern NAME = Pattern.compile("[\\w.:/-]{1,256}");

  public Tool {
    if (!NAME.matcher(name).matches()) {
      throw new GrammarException(
          "a tool's name is letters, digits and _.:/- (up to 256), found "
              + LarkText.literal(name));
    }
  }

  /** The schema of its arguments, an object in any case. */
  ObjectNode schema() {
    ObjectNode schema = SchemaText.parse("the parameters of tool " + name, parameters);
    if (!schema.has("type")) {
      schema.put("type", "object");
    } else if (!schema.get("type").asText().equals("object")) {
      throw new GrammarException(
          "the parameters of tool %s: expected type object, found %s"
              .formatted(name, schema.get("type")));
    }
    return schema;
  }
}
