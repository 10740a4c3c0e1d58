package io.deltaport.engine.chat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of some tools, by their JSON schemas. */
final class ToolSchemas {
  /** A chain of references is followed no further. */
  private static final int MOST_STEPS = 32;

  /** What a parameter's value is. */
  enum Kind {
    STRING,
    NUMBER,
    BOOLEAN,
    /** An object or a list. */
    STRUCTURE
  }

  /**
   * A parameter.
   *
   * @param nullable whether it may be null
   */
  record Parameter(Kind kind, boolean nullable) {
    static final Parameter UNKNOWN = new Parameter(Kind.STRING, false);
  }

  private final Map<String, Map<?, ?>> schemas = new HashMap<>();

  /** Of tools of the OpenAI shape, or their functions alone. */
  ToolSchemas(List<Map<String, Object>> tools) {
    for (Map<?, ?> tool : tools) {
      Map<?, ?> function = tool.get("function") instanceof Map<?, ?> inner ? inner : tool;
      if (function.get("name") instanceof String name) {
        schemas.put(
            name, function.get("parameters") instanceof Map<?, ?> schema ? schema : Map.of());
      }
    }
  }

  boolean isEmpty() {
    return schemas.isEmpty();
  }

  boolean has(String tool) {
    return schemas.containsKey(tool);
  }

  boolean has(String tool, String parameter) {
    return properties(tool).containsKey(parameter);
  }

  /** A parameter of a tool; a string where the schema says nothing of it. */
  Parameter parameter(String tool, String name) {
    Map<?, ?> root = schemas.getOrDefault(tool, Map.of());
    return properties(tool).get(name) instanceof Map<?, ?> schema
        ? parameter(root, schema, MOST_STEPS)
        : Parameter.UNKNOWN;
  }

  private Map<?, ?> properties(String tool) {
    return schemas.getOrDefault(tool, Map.of()).get("properties") instanceof Map<?, ?> properties
        ? properties
        : Map.of();
  }

  private static Parameter parameter(Map<?, ?> root, Map<?, ?> schema, int steps) {
    if (steps == 0) {
      return Parameter.UNKNOWN;
    }
    if (schema.get("$ref") instanceof String reference) {
      return resolve(root, reference) instanceof Map<?, ?> target
          ? parameter(root, target, steps - 1)
          : Parameter.UNKNOWN;
    }
    for (String choice : List.of("anyOf", "oneOf")) {
      if (schema.get(choice) instanceof List<?> schemas) {
        return firstOf(root, schemas, steps - 1);
      }
    }
    if (schema.get("type") instanceof List<?> types) {
      return firstOf(root, types.stream().map(type -> Map.of("type", type)).toList(), steps - 1);
    }
    boolean nullable = Boolean.TRUE.equals(schema.get("nullable"));
    return new Parameter(kind(schema), nullable);
  }

  /** The first that is not null alone; nullable where one of them is. */
  private static Parameter firstOf(Map<?, ?> root, List<?> schemas, int steps) {
    @Nullable Parameter first = null;
    boolean nullable = false;
    for (Object choice : schemas) {
      if (choice instanceof Map<?, ?> schema) {
        if ("null".equals(schema.get("type"))) {
          nullable = true;
        } else {
          Parameter parameter = parameter(root, schema, steps);
          nullable |= parameter.nullable();
          first = first == null ? parameter : first;
        }
      }
    }
    return new Parameter(first == null ? Kind.STRING : first.kind(), nullable);
  }

  private static Kind kind(Map<?, ?> schema) {
    if (schema.get("type") instanceof String type) {
      return switch (type) {
        case "integer", "number" -> Kind.NUMBER;
        case "boolean" -> Kind.BOOLEAN;
        case "object", "array" -> Kind.STRUCTURE;
        default -> Kind.STRING;
      };
    }
    return schema.containsKey("properties") || schema.containsKey("items")
        ? Kind.STRUCTURE
        : Kind.STRING;
  }

  /** What a reference inside of the schema, such as {@code #/$defs/City}, names. */
  private static @Nullable Object resolve(Map<?, ?> root, String reference) {
    if (!reference.startsWith("#/")) {
      return null;
    }
    Object at = root;
    for (String key : reference.substring(2).split("/", -1)) {
      at = at instanceof Map<?, ?> map ? map.get(key.replace("~1", "/").replace("~0", "~")) : null;
    }
    return at;
  }
}
