package io.deltaport.server.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields of a JSON object, read by name and type. A field that is null is as one that is
 * missing; one of another type or beyond its bounds is an {@link ApiException} that names it; one
 * that nobody asks for is ignored. Belongs to one thread.
 */
public final class Fields {
  private final ObjectNode object;
  private final String path;
  private final Set<String> asked = new LinkedHashSet<>();

  private Fields(ObjectNode object, String path) {
    this.object = object;
    this.path = path;
  }

  /** The fields of a body. */
  public static Fields of(ObjectNode body) {
    return new Fields(body, "");
  }

  /** The fields of a value that is to be an object, which is found at this path. */
  public static Fields of(JsonNode value, String path) {
    if (value instanceof ObjectNode object) {
      return new Fields(object, path + ".");
    }
    throw wrong(path, "an object", value);
  }

  /** The path of a field from the body. */
  public String path(String name) {
    return path + name;
  }

  /** The object itself. */
  public ObjectNode node() {
    return object;
  }

  /** The names that were asked for. */
  public Set<String> asked() {
    return Set.copyOf(asked);
  }

  public Optional<JsonNode> any(String name) {
    asked.add(name);
    JsonNode value = object.get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  public Optional<String> string(String name) {
    return any(name).map(value -> string(value, path(name)));
  }

  /** A string that must be there. */
  public String required(String name) {
    return string(name).orElseThrow(() -> missing(name));
  }

  /** One of these strings. */
  public Optional<String> choice(String name, String... values) {
    Optional<String> found = string(name);
    if (found.isPresent() && !List.of(values).contains(found.get())) {
      String expected = Stream.of(values).collect(Collectors.joining(", ", "one of ", ""));
      throw wrong(path(name), expected, object.get(name));
    }
    return found;
  }

  public Optional<Boolean> flag(String name) {
    Optional<JsonNode> value = any(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw wrong(path(name), "true or false", value.get());
    }
    return value.map(JsonNode::booleanValue);
  }

  public boolean isTrue(String name) {
    return flag(name).orElse(false);
  }

  public OptionalInt integer(String name, int least, int most) {
    OptionalLong value = integer(name, (long) least, (long) most);
    return value.isPresent()
        ? OptionalInt.of(Math.toIntExact(value.getAsLong()))
        : OptionalInt.empty();
  }

  public OptionalLong integer(String name, long least, long most) {
    Optional<JsonNode> value = any(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    JsonNode number = value.get();
    boolean whole = number.isNumber() && number.canConvertToExactIntegral();
    if (!whole || !number.canConvertToLong()) {
      throw wrong(path(name), range("an integer", least, most), number);
    }
    long found = number.longValue();
    if (found < least || found > most) {
      throw wrong(path(name), range("an integer", least, most), number);
    }
    return OptionalLong.of(found);
  }

  public OptionalDouble decimal(String name, double least, double most) {
    Optional<JsonNode> value = any(name);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    double found = value.get().isNumber() ? value.get().doubleValue() : Double.NaN;
    if (!(found >= least && found <= most)) {
      throw wrong(path(name), "a number from %s to %s".formatted(least, most), value.get());
    }
    return OptionalDouble.of(found);
  }

  public Optional<Fields> object(String name) {
    return any(name).map(value -> of(value, path(name)));
  }

  /** A list, empty where there is none. */
  public List<JsonNode> list(String name, int most) {
    Optional<JsonNode> value = any(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray() || value.get().size() > most) {
      throw wrong(path(name), "a list of at most " + most, value.get());
    }
    List<JsonNode> items = new ArrayList<>();
    value.get().forEach(items::add);
    return items;
  }

  /** A list of objects. */
  public List<Fields> objects(String name, int most) {
    List<Fields> objects = new ArrayList<>();
    for (JsonNode item : list(name, most)) {
      objects.add(of(item, path(name) + "[" + objects.size() + "]"));
    }
    return objects;
  }

  /** A string or a list of strings. */
  public List<String> strings(String name, int most) {
    Optional<JsonNode> value = any(name);
    if (value.isPresent() && value.get().isTextual()) {
      return List.of(value.get().textValue());
    }
    List<String> strings = new ArrayList<>();
    for (JsonNode item : list(name, most)) {
      strings.add(string(item, path(name) + "[" + strings.size() + "]"));
    }
    return strings;
  }

  /** A list of token ids. */
  public Optional<int[]> tokens(String name) {
    return any(name).map(value -> tokens(value, path(name)));
  }

  /** The token ids of a list. */
  public static int[] tokens(JsonNode list, String path) {
    if (!list.isArray()) {
      throw wrong(path, "a list of token ids", list);
    }
    int[] ids = new int[list.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = list.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt() || id.intValue() < 0) {
        throw wrong(path + "[" + i + "]", "a token id", id);
      }
      ids[i] = id.intValue();
    }
    return ids;
  }

  /** The text that a value is. */
  public static String string(JsonNode value, String path) {
    if (value.isTextual()) {
      return value.textValue();
    }
    throw wrong(path, "a string", value);
  }

  /** A field that must be there is not. */
  public ApiException missing(String name) {
    return ApiException.wrong(path(name), "this field is required");
  }

  /** A field is not what was expected. */
  public static ApiException wrong(String path, String expected, JsonNode found) {
    return ApiException.wrong(path, "expected " + expected + ", found " + described(found));
  }

  /** Short, since the message goes back to the client, and what it sent may be long. */
  private static String described(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER, BOOLEAN, NULL -> value.asText();
      case STRING ->
          value.textValue().length() <= 40 ? "\"" + value.textValue() + "\"" : "a string";
      case ARRAY -> "a list of " + value.size();
      case OBJECT, POJO -> "an object";
      case BINARY, MISSING -> "nothing";
    };
  }

  private static String range(String what, long least, long most) {
    return most == Long.MAX_VALUE || most == Integer.MAX_VALUE
        ? what + " of at least " + least
        : what + " from " + least + " to " + most;
  }
}
