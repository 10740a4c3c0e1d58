package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One row of the weight table. Names may hold axes in braces, {@code
 * layers.{layer}.mlp.experts.{expert}.up_proj}; a row stands for the tensors of all combinations.
 *
 * @param source name of the tensor in the checkpoint; of a dropping row a prefix followed by {@code
 *     *}
 * @param target name of the weight; of a dropping row the reason
 * @param shape of one weight, {@code [out, in]} for a matrix
 * @param axes the values of each axis
 */
public record Row(
    String source,
    Transform transform,
    String target,
    Shape shape,
    SortedMap<String, List<Integer>> axes) {
  public Row {
    axes = new TreeMap<>(axes);
  }

  /** A row for one tensor. */
  public static Row of(String source, Transform transform, String target, long... shape) {
    return new Row(source, transform, target, Shape.of(shape), new TreeMap<>());
  }

  /** A row that drops all tensors whose names begin so. */
  public static Row drop(String prefix, String reason) {
    return of(prefix + "*", Transform.DROP, reason);
  }

  /** The same row for each value of an axis. */
  public Row over(String axis, List<Integer> values) {
    SortedMap<String, List<Integer>> more = new TreeMap<>(axes);
    more.put(axis, List.copyOf(values));
    return new Row(source, transform, target, shape, more);
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
