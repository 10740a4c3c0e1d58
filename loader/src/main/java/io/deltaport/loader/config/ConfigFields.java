package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.json.StrictJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads typed values of one JSON object. A value of a wrong type is noted as a problem and its
 * default stands in, so that one pass finds every problem; {@link #check} then throws them
 * together. Remembers which keys were asked for, so that the others can be listed.
 */
public final class ConfigFields {
  private static final int MOST_PROBLEMS = 1000;

  private static final String TEXT_CONFIG = "text_config";

  /** Keys of a composed config that hold for the text model inside it, where that lacks them. */
  private static final List<String> INHERITED =
      List.of("bos_token_id", "eos_token_id", "model_type", "pad_token_id", "quantization_config");

  /** Keys that describe a file, a Python run or training, in any config. */
  private static final List<String> OF_THE_FILE =
      List.of(
          "_name_or_path",
          "attention_dropout",
          "chunk_size_feed_forward",
          "dtype",
          "initializer_range",
          "output_attentions",
          "output_hidden_states",
          "return_dict",
          "torch_dtype",
          "transformers_version",
          "use_cache");

  private final ObjectNode object;
  private final Optional<ConfigFields> outer;
  private final List<Problem> problems;
  private final Set<String> bad = new TreeSet<>();
  private final Set<String> asked = new TreeSet<>();
  private final List<String> defaults;
  private final List<String> ignored = new ArrayList<>();

  /** Of one object; left as it is. */
  ConfigFields(ObjectNode object) {
    this(object, Optional.empty());
  }

  private ConfigFields(ObjectNode object, Optional<ConfigFields> outer) {
    this.object = object;
    this.outer = outer;
    this.problems = outer.map(fields -> fields.problems).orElseGet(ArrayList::new);
    this.defaults = outer.map(fields -> fields.defaults).orElseGet(ArrayList::new);
  }

  /**
   * Of {@code config.json}: of the text model, that is all of it or its {@code text_config}. What a
   * text model inside a composed one leaves out and the whole says (its tokens, its packing) is
   * found in both.
   *
   * @param json left as it is
   * @throws CheckpointException if {@code text_config} is none
   */
  public static ConfigFields ofModel(ObjectNode json) {
    try {
      return textModel(new ConfigFields(json), json);
    } catch (CheckpointException e) {
      throw e.in("config.json");
    }
  }

  private static ConfigFields textModel(ConfigFields whole, ObjectNode json) {
    Optional<ObjectNode> inner = whole.object(TEXT_CONFIG);
    whole.know(OF_THE_FILE);
    if (inner.isEmpty()) {
      return whole.check(() -> whole);
    }
    if (json.has("hidden_size")) {
      whole.wrong(TEXT_CONFIG, "one text model", "sizes of another beside it", "");
    }
    ObjectNode text = inner.get().deepCopy();
    INHERITED.stream().filter(json::has).forEach(key -> text.putIfAbsent(key, json.get(key)));
    whole.know(INHERITED);
    ConfigFields fields = new ConfigFields(text, Optional.of(whole));
    fields.know(OF_THE_FILE);
    return whole.check(() -> fields);
  }

  /** The composed config that this text model's config lies in, where it does. */
  public Optional<ConfigFields> outer() {
    return outer;
  }

  /** A whole number, or its default where the key is missing. */
  public long whole(String key, long fallback) {
    JsonNode node = node(key);
    if (node == null) {
      return defaulted(key, fallback);
    }
    return isLong(node) ? node.longValue() : wrong(key, "a whole number", node, fallback);
  }

  /** Like {@link #whole}, for numbers that count layers. */
  public int count(String key, int fallback) {
    long value = whole(key, fallback);
    return value == (int) value
        ? (int) value
        : wrong(key, "a whole number below 2^31", object.path(key), fallback);
  }

  /** A number, or its default. */
  public double number(String key, double fallback) {
    JsonNode node = node(key);
    if (node == null) {
      return defaulted(key, fallback);
    }
    return isFinite(node) ? node.doubleValue() : wrong(key, "a finite number", node, fallback);
  }

  /** A truth value, or its default. */
  public boolean flag(String key, boolean fallback) {
    JsonNode node = node(key);
    if (node == null) {
      return defaulted(key, fallback);
    }
    return node.isBoolean() ? node.booleanValue() : wrong(key, "true or false", node, fallback);
  }

  /** A text, or its default. */
  public String text(String key, String fallback) {
    JsonNode node = node(key);
    if (node == null) {
      return defaulted(key, fallback);
    }
    return node.isTextual() ? node.textValue() : wrong(key, "a string", node, fallback);
  }

  /** A text where the key is there and not null. */
  public Optional<String> optionalText(String key) {
    JsonNode node = orNull(key);
    if (node == null) {
      return Optional.empty();
    }
    return node.isTextual()
        ? Optional.of(node.textValue())
        : wrong(key, "a string or null", node, Optional.empty());
  }

  /** A string, or {@code true} or {@code false}, where the key is there and not null. */
  Optional<String> textOrFlag(String key) {
    JsonNode node = orNull(key);
    return node != null && node.isBoolean() ? Optional.of(node.asText()) : optionalText(key);
  }

  /** A whole number where the key is there and not null. */
  public OptionalLong optionalWhole(String key) {
    JsonNode node = orNull(key);
    if (node == null) {
      return OptionalLong.empty();
    }
    return isLong(node)
        ? OptionalLong.of(node.longValue())
        : wrong(key, "a whole number or null", node, OptionalLong.empty());
  }

  /** A number where the key is there and not null. */
  public OptionalDouble optionalNumber(String key) {
    JsonNode node = orNull(key);
    if (node == null) {
      return OptionalDouble.empty();
    }
    return isFinite(node)
        ? OptionalDouble.of(node.doubleValue())
        : wrong(key, "a finite number or null", node, OptionalDouble.empty());
  }

  /** A whole number or a list of them; empty where the key is missing or null. */
  public List<Long> wholes(String key) {
    JsonNode node = orNull(key);
    return node != null && isLong(node) ? List.of(node.longValue()) : wholeList(key);
  }

  /** A list of whole numbers; empty where the key is missing or null. */
  public List<Long> wholeList(String key) {
    List<Long> wholes = new ArrayList<>();
    for (JsonNode item : items(key, "a list of whole numbers")) {
      if (!isLong(item)) {
        return wrong(key, "a list of whole numbers", item, List.of());
      }
      wholes.add(item.longValue());
    }
    return wholes;
  }

  /** A list of numbers. */
  List<Double> numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode item : items(key, "a list of numbers")) {
      if (!isFinite(item)) {
        return wrong(key, "a list of finite numbers", item, List.of());
      }
      numbers.add(item.doubleValue());
    }
    return numbers;
  }

  /** A list of texts; empty where the key is missing or null. */
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : items(key, "a list of strings")) {
      if (!item.isTextual()) {
        return wrong(key, "a list of strings", item, List.of());
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /** An object where the key is there and not null. */
  public Optional<ObjectNode> object(String key) {
    JsonNode node = orNull(key);
    if (node == null || node instanceof ObjectNode) {
      return Optional.ofNullable((ObjectNode) node);
    }
    return wrong(key, "an object", node, Optional.empty());
  }

  /** A key that may be missing, null, or this value: any other means what is not supported. */
  public void only(String key, String value) {
    JsonNode node = orNull(key);
    if (node != null && !node.isNull() && !node.asText().equals(value)) {
      wrong(key, "\"" + value + "\"", node, value);
    }
  }

  /** A key that may be missing, null or empty: any other value means what is not supported. */
  public void none(String key) {
    JsonNode node = orNull(key);
    if (node != null && !(node.isContainerNode() && node.isEmpty())) {
      wrong(key, "nothing, it is not supported", node, "");
    }
  }

  /** All keys, in their order. */
  List<String> keys() {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /** Whether the key is there, null or not. */
  public boolean has(String key) {
    return object.has(key);
  }

  /** Whether the key is there and null. */
  public boolean isNull(String key) {
    asked.add(key);
    return object.path(key).isNull();
  }

  /** Notes the default that stands in for a missing key. */
  <T> T defaulted(String key, T fallback) {
    defaults.add(key + " = " + fallback);
    return fallback;
  }

  /** Notes a problem; {@code fallback} stands in so that the others are found too. */
  <T> T wrong(String key, String expected, JsonNode found, T fallback) {
    return wrong(key, expected, StrictJson.kind(found), fallback);
  }

  /** Notes a problem. */
  public <T> T wrong(String key, String expected, String found, T fallback) {
    bad.add(key);
    note(new Problem(key, expected, found));
    return fallback;
  }

  /** Takes over the problems of another object, found under a key of this one. */
  <T> T adopt(String key, CheckpointException inner, T fallback) {
    inner.problems().forEach(problem -> note(problem.in(key)));
    bad.add(key);
    return fallback;
  }

  /** Whether a value is within its limits, both included; notes it otherwise. */
  public boolean limit(String key, long value, long least, long most) {
    return (value >= least && value <= most)
        || wrong(key, least + " to " + most, "" + value, false);
  }

  /** Notes a contradiction between keys, unless one of them is known to be wrong already. */
  public <T> T contradiction(String keys, String expected, String found, T fallback) {
    Problem problem = new Problem(keys, expected, found);
    if (independent(problem)) {
      note(problem);
    }
    return fallback;
  }

  /** A part of the whole; where its values are wrong they are noted, and the stand-in comes. */
  public <T> T part(Supplier<T> make, T standIn) {
    try {
      return make.get();
    } catch (CheckpointException e) {
      e.problems().stream().filter(this::independent).forEach(this::note);
      return standIn;
    }
  }

  /**
   * What {@code make} makes, unless anything was wrong: then all problems, those that it finds
   * included.
   */
  public <T> T check(Supplier<T> make) {
    try {
      T made = make.get();
      if (problems.isEmpty()) {
        return made;
      }
    } catch (CheckpointException e) {
      e.problems().stream().filter(this::independent).forEach(this::note);
    }
    throw new CheckpointException(problems);
  }

  /** Each default used so far: {@code key = value}. */
  public List<String> defaultsUsed() {
    return List.copyOf(defaults);
  }

  /**
   * Keys that change nothing: those that nobody asked for, and those noted with {@link #ignore};
   * those of the composed config around it first.
   */
  public List<String> unknown() {
    List<String> unknown = new ArrayList<>();
    object.fieldNames().forEachRemaining(unknown::add);
    unknown.removeIf(asked::contains);
    unknown.addAll(ignored);
    if (outer.isPresent()) {
      unknown.replaceAll(key -> TEXT_CONFIG + ": " + key);
      unknown.addAll(0, outer.get().unknown());
    }
    return unknown;
  }

  /** Notes a key of an inner object that nobody asked for. */
  void ignore(String key) {
    ignored.add(key);
  }

  /** Marks keys that are known and change nothing here; each that is there is listed with why. */
  public void withoutEffect(String why, String... keys) {
    for (String key : keys) {
      asked.add(key);
      if (object.has(key)) {
        ignored.add(key + " (" + why + ")");
      }
    }
  }

  /** Marks a key whose value stands in for a wrong one, so that no rule on it is reported. */
  void doubt(String key) {
    bad.add(key);
  }

  /** Marks keys that are known and change nothing here. */
  public void know(Iterable<String> keys) {
    keys.forEach(asked::add);
  }

  private void note(Problem problem) {
    if (problems.size() < MOST_PROBLEMS) {
      problems.add(problem);
    }
  }

  private boolean independent(Problem problem) {
    return Arrays.stream(problem.where().split(", ", -1)).noneMatch(bad::contains);
  }

  private Iterable<JsonNode> items(String key, String expected) {
    JsonNode node = orNull(key);
    if (node == null) {
      return List.of();
    }
    return node.isArray() ? node : wrong(key, expected, node, List.of());
  }

  private @Nullable JsonNode node(String key) {
    asked.add(key);
    return object.get(key);
  }

  private @Nullable JsonNode orNull(String key) {
    JsonNode node = node(key);
    return node == null || node.isNull() ? null : node;
  }

  private static boolean isLong(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong();
  }

  private static boolean isFinite(JsonNode node) {
    return node.isNumber() && Double.isFinite(node.doubleValue());
  }
}
