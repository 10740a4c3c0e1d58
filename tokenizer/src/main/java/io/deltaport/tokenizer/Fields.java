package io.deltaport.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.json.StrictJson;
import java.util.List;
import java.util.Set;

/**
 * An object of {@code tokenizer.json} whose keys are asked for one by one; every error names the
 * key.
 *
 * @param where the file and the key of this object
 */
record Fields(String where, ObjectNode node) {
  private static final String NOTHING = "nothing";

  /** Refuses every key but these: what is not understood must not reach the native tokenizer. */
  void only(Set<String> keys) {
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!keys.contains(key)) {
                throw refused(key, "no such key", StrictJson.kind(node.get(key)));
              }
            });
  }

  String text(String key) {
    JsonNode value = value(key);
    if (!value.isTextual()) {
      throw refused(key, "a text", found(key));
    }
    return value.textValue();
  }

  /** One of these texts. */
  String oneOf(String key, Set<String> texts) {
    String text = text(key);
    if (!texts.contains(text)) {
      throw refused(key, "one of " + texts.stream().sorted().toList(), found(key));
    }
    return text;
  }

  /** Checks that a key is absent, null, or true or false. */
  void flags(String... keys) {
    for (String key : keys) {
      JsonNode value = value(key);
      if (!isNothing(value) && !value.isBoolean()) {
        throw refused(key, "true or false", found(key));
      }
    }
  }

  boolean isTrue(String key) {
    flags(key);
    return value(key).asBoolean();
  }

  /**
   * Checks that a key is absent, null, false or empty: what it would switch on is not supported.
   */
  void off(String... keys) {
    for (String key : keys) {
      JsonNode value = value(key);
      boolean off =
          isNothing(value)
              || (value.isBoolean() && !value.booleanValue())
              || (value.isTextual() && value.textValue().isEmpty());
      if (!off) {
        throw refused(key, "null", found(key));
      }
    }
  }

  /** Whether a key is absent or null. */
  boolean lacks(String key) {
    return isNothing(value(key));
  }

  Fields object(String key) {
    if (value(key) instanceof ObjectNode object) {
      return new Fields(path(key), object);
    }
    throw refused(key, "an object", found(key));
  }

  /** A list of at most {@code longest} values. */
  JsonNode list(String key, int longest) {
    JsonNode value = value(key);
    if (!value.isArray()) {
      throw refused(key, "a list", found(key));
    }
    if (value.size() > longest) {
      throw refused(key, "at most " + longest + " entries", value.size() + " entries");
    }
    return value;
  }

  /** A list of at most {@code longest} objects. */
  List<Fields> objects(String key, int longest) {
    JsonNode list = list(key, longest);
    return java.util.stream.IntStream.range(0, list.size())
        .mapToObj(i -> element(key, i, list.get(i)))
        .toList();
  }

  CheckpointException refused(String key, String expected, String found) {
    return CheckpointException.refused(path(key), expected, found);
  }

  private Fields element(String key, int index, JsonNode value) {
    String name = key + "[" + index + "]";
    if (value instanceof ObjectNode object) {
      return new Fields(path(name), object);
    }
    throw refused(name, "an object", StrictJson.kind(value));
  }

  private JsonNode value(String key) {
    return node.path(key);
  }

  private String found(String key) {
    return value(key).isMissingNode() ? NOTHING : StrictJson.kind(value(key));
  }

  private String path(String key) {
    return where.endsWith(":") ? where + " " + key : where + "." + key;
  }

  private static boolean isNothing(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
