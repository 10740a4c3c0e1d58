package io.deltaport.converter.weights;

import io.deltaport.converter.ConverterException;
import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Walks a table over the tensors of a checkpoint and collects weights and problems. */
final class WeightPlanner {
  private static final String SCALE = "_scale_inv";

  private final Map<String, Tensor> tensors;
  private final Fp8 fp8;
  private final SortedMap<String, Weight> weights = new TreeMap<>();
  private final Set<String> used = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();
  private long matched;
  private long bytes;

  WeightPlanner(Map<String, Tensor> tensors, Fp8 fp8) {
    this.tensors = tensors;
    this.fp8 = fp8;
  }

  WeightPlan plan(List<Row> table) {
    List<WeightPlan.Line> lines = table.stream().map(this::line).toList();
    for (Tensor tensor : tensors.values()) {
      if (!used.contains(tensor.name())) {
        report(tensor, "a row of the weight table", "a tensor that no row uses");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConverterException(problems);
    }
    return new WeightPlan(weights, lines);
  }

  private WeightPlan.Line line(Row row) {
    matched = 0;
    bytes = 0;
    if (row.transform() == Transform.DROP) {
      String prefix = row.source().substring(0, row.source().length() - 1);
      tensors.values().stream().filter(t -> t.name().startsWith(prefix)).forEach(this::use);
    } else {
      expand(row, new ArrayList<>(row.axes().keySet()), new TreeMap<>());
    }
    return new WeightPlan.Line(row, matched, bytes);
  }

  private void expand(Row row, List<String> axes, Map<String, Integer> values) {
    if (axes.isEmpty()) {
      apply(row, Row.expand(row.source(), values), Row.expand(row.target(), values));
      return;
    }
    String axis = axes.get(0);
    for (int value : row.axes().getOrDefault(axis, List.of())) {
      values.put(axis, value);
      expand(row, axes.subList(1, axes.size()), values);
    }
    values.remove(axis);
  }

  private void apply(Row row, String source, String target) {
    Tensor tensor = tensors.get(source);
    if (tensor == null) {
      problems.add(new Problem(source, "a tensor " + row.shape(), "none"));
      return;
    }
    use(tensor);
    switch (row.transform()) {
      case PLAIN -> plain(tensor, target, row.shape());
      case MATRIX -> matrices(tensor, row.shape(), List.of(target));
      case UNSTACK -> unstack(tensor, row.shape(), List.of(target));
      case UNSTACK_GATE_UP ->
          unstack(
              tensor,
              row.shape(),
              List.of(target.replace("{half}", "gate_proj"), target.replace("{half}", "up_proj")));
      case DROP -> throw new IllegalStateException("a dropping row has no target");
    }
  }

  private void plain(Tensor tensor, String target, Shape shape) {
    Format format = format(tensor.dtype());
    if (format == null || !format.plain()) {
      report(tensor, "F32, BF16 or F16", tensor.dtype().name());
    } else if (requireShape(tensor, shape)) {
      put(Weight.plain(target, format, Part.of(tensor)));
    }
  }

  /**
   * Experts one after the other along the first axis of a tensor {@code [experts, targets * out,
   * in]}.
   */
  private void unstack(Tensor tensor, Shape stacked, List<String> targets) {
    List<String> names = new ArrayList<>();
    for (int expert = 0; expert < stacked.dim(0); expert++) {
      for (String target : targets) {
        names.add(target.replace("{expert}", Integer.toString(expert)));
      }
    }
    matrices(tensor, stacked, names);
  }

  /**
   * Equal matrices that follow one another in a tensor: the tensor itself where there is one name.
   */
  private void matrices(Tensor tensor, Shape whole, List<String> names) {
    Format format = format(tensor.dtype());
    if (format == null) {
      report(tensor, "F32, BF16, F16 or F8_E4M3", tensor.dtype().name());
      return;
    }
    if (!requireShape(tensor, whole)) {
      return;
    }
    long in = whole.dim(whole.rank() - 1);
    Shape matrix = Shape.of(whole.elements() / in / names.size(), in);
    Tensor scale = format == Format.FP8 ? scale(tensor, matrix, names.size()) : null;
    if (format == Format.FP8 && scale == null) {
      return;
    }
    for (int i = 0; i < names.size(); i++) {
      Part data = Part.of(tensor).slice(i * matrix.elements(), matrix);
      put(
          scale == null
              ? Weight.plain(names.get(i), format, data)
              : scaled(names.get(i), data, scale, i));
    }
  }

  private Weight scaled(String name, Part data, Tensor scale, int index) {
    Shape scales = fp8.scalesOf(data.shape());
    Part part = Part.of(scale).slice(index * scales.elements(), scales);
    return new Weight(
        name,
        Format.FP8,
        data.shape(),
        fp8.blockOf(data.shape()),
        data,
        Optional.of(part),
        Optional.empty());
  }

  private @Nullable Tensor scale(Tensor tensor, Shape matrix, int matrices) {
    Tensor scale = tensors.get(tensor.name() + SCALE);
    Shape one = fp8.scalesOf(matrix);
    if (scale == null) {
      report(tensor, "scales " + one + " in " + tensor.name() + SCALE, "none");
      return null;
    }
    use(scale);
    Format format = format(scale.dtype());
    if (format == null || !format.plain()) {
      report(scale, "F32, BF16 or F16", scale.dtype().name());
      return null;
    }
    if (scale.shape().elements() != Math.multiplyExact(one.elements(), (long) matrices)) {
      report(scale, matrices + " x " + one + ", one scale a block", scale.shape().toString());
      return null;
    }
    return scale;
  }

  private static @Nullable Format format(DType dtype) {
    return switch (dtype) {
      case F32 -> Format.F32;
      case F16 -> Format.F16;
      case BF16 -> Format.BF16;
      case F8_E4M3 -> Format.FP8;
      case BOOL,
          F4,
          F6_E2M3,
          F6_E3M2,
          U8,
          I8,
          F8_E5M2,
          F8_E8M0,
          F8_E4M3FNUZ,
          F8_E5M2FNUZ,
          I16,
          U16,
          I32,
          U32,
          C64,
          F64,
          I64,
          U64 ->
          null;
    };
  }

  private boolean requireShape(Tensor tensor, Shape expected) {
    boolean equal = tensor.shape().equals(expected);
    if (!equal) {
      report(tensor, "shape " + expected, tensor.shape().toString());
    }
    return equal;
  }

  private void use(Tensor tensor) {
    used.add(tensor.name());
    matched++;
    bytes += tensor.bytes();
  }

  private void put(Weight weight) {
    if (weights.putIfAbsent(weight.name(), weight) != null) {
      throw new IllegalStateException("two rows fill " + weight.name());
    }
  }

  private void report(Tensor tensor, String expected, String found) {
    problems.add(new Problem(tensor.shard().name() + ": " + tensor.name(), expected, found));
  }
}
