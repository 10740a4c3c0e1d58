package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.Shape;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One row of the weight table. Names may hold axes in braces, {@code
 * layers.{layer}.mlp.experts.{expert}.up_proj}; a row stands for the tensors of all combinations.
 *
 * @param source name of the tensor in the checkpoint; of a dropping row a prefix followed by {@code
 *     *}, or {@code *} followed by the last part of a name
 * @param targets the weights that one tensor holds; none of a dropping row
 * @param reason why a dropping row drops, else empty
 * @param shape of one tensor, {@code [out, in]} for a matrix
 * @param axes the values of {@link #LAYER} and {@link #EXPERT}
 */
public record Row(
    String source,
    Transform transform,
    List<Target> targets,
    String reason,
    Shape shape,
    SortedMap<String, List<Integer>> axes) {
  /** The axis of layers; a weight of a row that has it is one of a layer. */
  public static final String LAYER = "layer";

  /** The axis of experts; stacked experts have it in their targets' names only. */
  public static final String EXPERT = "expert";

  /** What the name of a module's matrix ends with. */
  static final String WEIGHT = ".weight";

  public Row {
    targets = List.copyOf(targets);
    axes = Collections.unmodifiableSortedMap(new TreeMap<>(axes));
  }

  /**
   * A weight of the model.
   *
   * @param name with the row's axes
   */
  public record Target(String name, Role role) {
    /** The weight of one combination of axes. */
    WeightId id(Map<String, Integer> values) {
      return new WeightId(role, value(values, LAYER), value(values, EXPERT));
    }

    private static OptionalInt value(Map<String, Integer> values, String axis) {
      Integer value = values.get(axis);
      return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
  }

  /** A row for one tensor that is one weight, used as it lies. */
  public static Row of(String source, String target, Role role, long... shape) {
    return new Row(
        source,
        role.matrix() ? Transform.MATRIX : Transform.PLAIN,
        List.of(new Target(target, role)),
        "",
        Shape.of(shape),
        new TreeMap<>());
  }

  /**
   * A row for a tensor that holds matrices of all experts: {@code [experts, targets * out, in]}.
   */
  public static Row unstack(String source, List<Target> targets, long... shape) {
    return new Row(
        source,
        targets.size() == 1 ? Transform.UNSTACK : Transform.UNSTACK_GATE_UP,
        targets,
        "",
        Shape.of(shape),
        new TreeMap<>());
  }

  /** A row that drops all tensors whose names begin so. */
  public static Row drop(String prefix, String reason) {
    return new Row(prefix + "*", Transform.DROP, List.of(), reason, Shape.of(), new TreeMap<>());
  }

  /**
   * A row that drops the tensors whose last part is so called, separated by a dot or an underscore,
   * where the module before it has tensors that are used.
   */
  static Row dropBeside(String part, String reason) {
    return new Row(
        "*" + part, Transform.DROP_BESIDE, List.of(), reason, Shape.of(), new TreeMap<>());
  }

  /** The same row for each value of an axis. */
  public Row over(String axis, List<Integer> values) {
    SortedMap<String, List<Integer>> more = new TreeMap<>(axes);
    more.put(axis, List.copyOf(values));
    return new Row(source, transform, targets, reason, shape, more);
  }

  /** Names of its weights, or the reason why there are none. */
  public String target() {
    return targets.isEmpty()
        ? reason
        : targets.stream().map(Target::name).collect(Collectors.joining(", "));
  }

  /** Whether a checkpoint has a tensor of that name, packed or not. */
  public static boolean has(Set<String> names, String source) {
    return names.contains(source) || names.contains(source + MatrixSource.PACKED);
  }

  /** Elements of all its tensors; none of a dropping row. */
  public long parameters() {
    if (transform.drops()) {
      return 0;
    }
    long tensors = axes.values().stream().mapToLong(List::size).reduce(1, Math::multiplyExact);
    return Math.multiplyExact(shape.elements(), tensors);
  }

  /** Whether its weights have a role. */
  public boolean is(Role role) {
    return targets.stream().anyMatch(target -> target.role() == role);
  }

  /** Whether the weights of this row are of a kind. */
  public boolean holds(Role.Kind kind) {
    return targets.stream().anyMatch(target -> target.role().kind() == kind);
  }

  /**
   * Whether a row drops a tensor.
   *
   * @param used tensors that other rows use
   */
  boolean drops(String name, NavigableSet<String> used) {
    return switch (transform) {
      case MATRIX, PLAIN, UNSTACK, UNSTACK_GATE_UP -> false;
      case DROP -> name.startsWith(prefix());
      case DROP_BESIDE -> endsWithPart(name) && besideUsed(module(name, 1 + part().length()), used);
    };
  }

  private String prefix() {
    return source.substring(0, source.length() - 1);
  }

  private String part() {
    return source.substring(1);
  }

  private boolean endsWithPart(String name) {
    return name.endsWith("." + part()) || name.endsWith("_" + part());
  }

  private static String module(String name, int suffix) {
    return name.substring(0, name.length() - suffix);
  }

  private static boolean besideUsed(String module, NavigableSet<String> used) {
    return Stream.of("", ".", "_")
        .map(separator -> used.ceiling(module + separator))
        .anyMatch(
            next ->
                next != null
                    && (next.equals(module)
                        || next.startsWith(module + ".")
                        || next.startsWith(module + "_")));
  }

  /**
   * Tells the tensors of this row by their names: in a checkpoint, and in a file of a model
   * directory that was written anew; with their scales, zero points and whatever else lies beside
   * them.
   */
  public Predicate<String> tensors() {
    if (transform == Transform.DROP) {
      return name -> name.startsWith(prefix());
    }
    if (transform == Transform.DROP_BESIDE) {
      return this::endsWithPart;
    }
    String names =
        targets.stream().map(target -> expression(target.name())).collect(Collectors.joining("|"));
    return Pattern.compile("(?:" + expression(source) + "|" + names + ")(?:[._].*)?")
        .asMatchPredicate();
  }

  private static String expression(String pattern) {
    return Pattern.quote(module(pattern)).replaceAll("\\{\\w+\\}", "\\\\E\\\\d+\\\\Q");
  }

  /** The module that a matrix belongs to: its name without {@code .weight}. */
  static String module(String name) {
    return name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : name;
  }

  /** A name with one combination of values in place of the axes. */
  static String expand(String pattern, Map<String, Integer> values) {
    String name = pattern;
    for (Map.Entry<String, Integer> value : values.entrySet()) {
      name = name.replace("{" + value.getKey() + "}", value.getValue().toString());
    }
    return name;
  }
}
