package io.deltaport.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an argument is written between its tags: text as it is where the schema's first type is
 * string, or where it names none, else JSON. Of a text's keywords {@code enum}, {@code const},
 * {@code minLength}, {@code maxLength} and {@code pattern} hold; {@code format} is left open.
 */
final class CoderValue {
  /** The line that ends a value. */
  static final String CLOSING_LINE = "</parameter>";

  /** A terminal that any text matches none of whose later lines begins like the closing one. */
  static final String ANY_TEXT = LarkText.regex("[^\\n]*(\\n" + lineOfText() + ")*");

  private static final int MOST_REFERENCES = 16;
  private static final String NULL = "null";

  /** The schema itself, references in its root followed. */
  private final JsonNode schema;

  private final ObjectNode root;

  enum Kind {
    TEXT,
    CHOICE,
    JSON
  }

  /** Empty, or like the closing line for some characters, then another one and anything. */
  private static String lineOfText() {
    StringBuilder line = new StringBuilder("(");
    for (int i = 0; i < CLOSING_LINE.length(); i++) {
      String like = CLOSING_LINE.substring(0, i);
      line.append(like + "([^\\n" + CLOSING_LINE.charAt(i) + "][^\\n]*)?|");
    }
    return line.deleteCharAt(line.length() - 1).append(')').toString();
  }

  private CoderValue(JsonNode schema, ObjectNode root) {
    this.schema = schema;
    this.root = root;
  }

  /** The value of a property in the schema {@code root}. */
  static CoderValue of(JsonNode property, ObjectNode root) {
    JsonNode schema = property;
    for (int i = 0; schema.path("$ref").asText().startsWith("#/"); i++) {
      if (i == MOST_REFERENCES) {
        throw new GrammarException("expected an end of references, found a circle at " + property);
      }
      schema = root.at(schema.path("$ref").asText().substring(1));
    }
    if (!schema.isObject() && !schema.asBoolean()) {
      throw new GrammarException("expected a schema that some value fits, found " + property);
    }
    return new CoderValue(schema, root);
  }

  Kind kind() {
    if (!isText()) {
      return Kind.JSON;
    }
    return choices().isEmpty() ? Kind.TEXT : Kind.CHOICE;
  }

  private boolean isText() {
    String type = type();
    return type == null || type.equals("string");
  }

  /** The first type that is not null, or null where the schema names none. */
  private @Nullable String type() {
    for (String type : types()) {
      if (!type.equals(NULL)) {
        return type;
      }
    }
    for (JsonNode value : values()) {
      if (!value.isNull()) {
        return value.isTextual() ? "string" : "json";
      }
    }
    for (CoderValue option : options()) {
      if (!option.isNull()) {
        return option.type();
      }
    }
    return Set.of("properties", "items", "prefixItems").stream().anyMatch(schema::has)
        ? "json"
        : null;
  }

  private boolean isNull() {
    return schema.path("type").asText().equals(NULL) || schema.path("const").isNull();
  }

  /** The texts that it may be, where the schema lists them; {@code null} is written so. */
  List<String> choices() {
    List<String> choices = new ArrayList<>();
    values().forEach(value -> choices.add(value.asText()));
    if (!choices.isEmpty()) {
      return choices;
    }
    for (CoderValue option : options()) {
      List<String> more = option.isNull() ? List.of(NULL) : option.choices();
      if (more.isEmpty()) {
        return List.of();
      }
      choices.addAll(more);
    }
    return choices;
  }

  private List<JsonNode> values() {
    return schema.has("const") ? List.of(schema.get("const")) : listOf(schema.path("enum"));
  }

  private List<CoderValue> options() {
    List<CoderValue> options = new ArrayList<>();
    for (String key : List.of("anyOf", "oneOf", "allOf")) {
      schema.path(key).forEach(option -> options.add(of(option, root)));
    }
    return options;
  }

  private static List<JsonNode> listOf(JsonNode node) {
    List<JsonNode> list = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(list::add);
    } else if (!node.isMissingNode()) {
      list.add(node);
    }
    return list;
  }

  /** The schema for JSON, with the definitions that it may refer to. */
  String jsonSchema() {
    ObjectNode json = SchemaText.bounded((ObjectNode) schema);
    for (String key : List.of("$defs", "definitions")) {
      if (root.has(key)) {
        json.set(key, root.get(key));
      }
    }
    return json.toString();
  }

  /** What a text must match, as the body of a terminal; {@code null} where that is allowed. */
  String textTerminal() {
    List<CoderValue> options = new ArrayList<>(options());
    boolean nullable = options.removeIf(CoderValue::isNull) || types().contains(NULL);
    String text = options.size() == 1 ? options.get(0).textTerminal() : constrainedText();
    return nullable ? text + " | \"null\"" : text;
  }

  private String constrainedText() {
    StringBuilder text = new StringBuilder(ANY_TEXT);
    if (schema.has("minLength") || schema.has("maxLength")) {
      String most = schema.has("maxLength") ? schema.get("maxLength").asText() : "";
      text.append(" & /(?s:.{%d,%s})/".formatted(schema.path("minLength").asLong(0), most));
    }
    if (schema.has("pattern")) {
      text.append(" & ");
      text.append(LarkText.regex(TextPattern.whole(schema.get("pattern").asText())));
    }
    return text.toString();
  }

  private List<String> types() {
    return listOf(schema.path("type")).stream().map(JsonNode::asText).toList();
  }
}
