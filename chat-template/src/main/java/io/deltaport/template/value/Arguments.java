package io.deltaport.template.value;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call.
 *
 * @param positional by place
 * @param named by name, in order
 */
public record Arguments(List<Value> positional, Map<String, Value> named) {

  /** No arguments. */
  public static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** Copies. */
  public Arguments {
    positional = List.copyOf(positional);
    named = named.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(named));
  }

  /** These arguments by place. */
  public static Arguments of(Value... positional) {
    return new Arguments(Arrays.asList(positional), Map.of());
  }

  /** The arguments from this place on. */
  public Arguments from(int first) {
    return new Arguments(positional.subList(first, positional.size()), named);
  }

  /**
   * Distributes them to the parameters of a function.
   *
   * @param function its name, for errors
   * @param parameters their names, in order; one that ends in {@code ?} may be left out; one that
   *     starts with {@code /} can only be given by place
   */
  public Bound bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw Raise.type(
          function
              + "() takes at most "
              + parameters.length
              + " arguments ("
              + positional.size()
              + " given)");
    }
    List<@Nullable Value> values = new ArrayList<>(positional);
    int used = 0;
    for (int i = 0; i < parameters.length; i++) {
      String name = name(parameters[i]);
      Value value = parameters[i].startsWith("/") ? null : named.get(name);
      if (value != null) {
        used++;
      }
      if (i < positional.size()) {
        requireOnce(function, name, value);
        continue;
      }
      if (value == null && !parameters[i].endsWith("?")) {
        throw Raise.type(function + "() missing required argument: '" + name + "'");
      }
      values.add(value);
    }
    if (used < named.size()) {
      throw Raise.type(function + "() got an unexpected keyword argument");
    }
    return new Bound(function, values);
  }

  private static String name(String parameter) {
    return parameter.replace("/", "").replace("?", "");
  }

  private static void requireOnce(String function, String name, @Nullable Value value) {
    if (value != null) {
      throw Raise.type(function + "() got multiple values for argument '" + name + "'");
    }
  }

  /** Arguments by the places of the function's parameters. */
  public static final class Bound {

    private final String function;
    private final List<@Nullable Value> values;

    private Bound(String function, List<@Nullable Value> values) {
      this.function = function;
      this.values = values;
    }

    /** A required argument. */
    public Value get(int place) {
      Value value = values.get(place);
      if (value == null) {
        throw Raise.type(function + "() missing required argument");
      }
      return value;
    }

    /** An argument, or this where it was left out. */
    public Value get(int place, Value otherwise) {
      Value value = values.get(place);
      return value == null ? otherwise : value;
    }

    /** An argument that was left out or is None is null. */
    public @Nullable Value optional(int place) {
      Value value = values.get(place);
      return value == NoneValue.NONE ? null : value;
    }

    /** Whether an argument is true; one that was left out is not. */
    public boolean isTrue(int place) {
      return get(place, BoolValue.FALSE).truth();
    }

    /** An argument that must be a text. */
    public StrValue str(int place) {
      if (get(place) instanceof StrValue text) {
        return text;
      }
      throw Raise.type(function + "() argument must be str, not " + get(place).type());
    }

    /** An argument that must be an integer, cut to what a Java long holds. */
    public long integer(int place, long otherwise) {
      Value value = values.get(place);
      return value == null ? otherwise : Index.of(value);
    }
  }
}
