package io.deltaport.converter.weights;

import io.deltaport.converter.ConverterException;
import io.deltaport.converter.weights.Source.Stored;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Walks a table over the tensors of a checkpoint and collects weights and problems. */
final class WeightPlanner {
  private static final String WEIGHT = ".weight";

  private final CheckpointTensors tensors;
  private final MatrixStorage storage;
  private final SortedMap<String, Source> sources = new TreeMap<>();

  WeightPlanner(Map<String, Tensor> tensors, MatrixStorage storage) {
    this.tensors = new CheckpointTensors(tensors);
    this.storage = storage;
  }

  WeightPlan plan(List<Row> table) {
    List<WeightPlan.Line> lines = table.stream().map(this::line).toList();
    tensors.reportUnused();
    if (!tensors.problems().isEmpty()) {
      throw new ConverterException(tensors.problems());
    }
    return new WeightPlan(sources, lines);
  }

  private WeightPlan.Line line(Row row) {
    if (row.transform() == Transform.DROP) {
      tensors.takeAll(row.source().substring(0, row.source().length() - 1));
    } else {
      expand(row, List.copyOf(row.axes().keySet()), new TreeMap<>());
    }
    CheckpointTensors.Count count = tensors.countSinceLast();
    return new WeightPlan.Line(row, count.tensors(), count.bytes());
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
    Shape shape = row.shape();
    switch (row.transform()) {
      case PLAIN ->
          tensors.require(source, shape).ifPresent(tensor -> plain(tensor, target, shape));
      case MATRIX -> matrix(source, target, shape);
      case UNSTACK -> unstack(source, shape, List.of(target));
      case UNSTACK_GATE_UP ->
          unstack(
              source,
              shape,
              List.of(target.replace("{half}", "gate_proj"), target.replace("{half}", "up_proj")));
      case DROP -> throw new IllegalStateException("a dropping row has no target");
    }
  }

  private void plain(Tensor tensor, String target, Shape shape) {
    Optional<Format> format = Formats.plain(tensor.dtype());
    if (format.isEmpty()) {
      tensors.report(tensor, "F32, BF16 or F16", tensor.dtype().name());
    } else if (tensors.requireShape(tensor, shape)) {
      put(new Stored(Weight.plain(target, format.get(), Part.of(tensor))));
    }
  }

  private void matrix(String source, String target, Shape shape) {
    if (!tensors.has(source) && storage.packed().isPresent() && source.endsWith(WEIGHT)) {
      int problems = tensors.problems().size();
      String module = source.substring(0, source.length() - WEIGHT.length());
      Optional<Source> packed = storage.packed().get().find(tensors, module, target, shape);
      packed.ifPresent(this::put);
      if (packed.isPresent() || tensors.problems().size() > problems) {
        return;
      }
    }
    tensors.require(source, shape).ifPresent(tensor -> matrices(tensor, shape, List.of(target), 1));
  }

  /**
   * Experts one after the other along the first axis of a tensor {@code [experts, targets * out,
   * in]}.
   */
  private void unstack(String source, Shape stacked, List<String> targets) {
    List<String> names = new ArrayList<>();
    for (int expert = 0; expert < stacked.dim(0); expert++) {
      for (String target : targets) {
        names.add(target.replace("{expert}", Integer.toString(expert)));
      }
    }
    tensors
        .require(source, stacked)
        .ifPresent(tensor -> matrices(tensor, stacked, names, targets.size()));
  }

  /**
   * Equal matrices that follow one another in a tensor; {@code fused} of them share the blocks of
   * one matrix.
   */
  private void matrices(Tensor tensor, Shape whole, List<String> names, int fused) {
    Optional<Format> format = Formats.of(tensor.dtype());
    if (format.isEmpty()) {
      tensors.report(tensor, "F32, BF16, F16 or F8_E4M3", tensor.dtype().name());
      return;
    }
    if (!tensors.requireShape(tensor, whole)) {
      return;
    }
    long in = whole.dim(whole.rank() - 1);
    Shape matrix = Shape.of(whole.elements() / in / names.size(), in);
    if (format.get() == Format.FP8) {
      scaled(tensor, matrix, names, fused);
      return;
    }
    for (int i = 0; i < names.size(); i++) {
      Part data = Part.of(tensor).slice(i * matrix.elements(), matrix);
      put(new Stored(Weight.plain(names.get(i), format.get(), data)));
    }
  }

  private void scaled(Tensor tensor, Shape matrix, List<String> names, int fused) {
    Fp8 fp8 = storage.fp8();
    Block block = fp8.blockOf(matrix);
    Shape scales = fp8.scalesOf(matrix);
    if (fused > 1 && matrix.dim(0) % block.rows() != 0) {
      tensors.report(
          tensor,
          "gate and up rows in blocks of their own",
          matrix.dim(0) + " rows in blocks of " + block.rows());
      return;
    }
    Optional<Tensor> found = tensors.require(tensor.name() + fp8.suffix(), scales);
    if (found.isEmpty() || !requireScales(found.get(), scales, names.size())) {
      return;
    }
    Part all = Part.of(found.get());
    for (int i = 0; i < names.size(); i++) {
      Part data = Part.of(tensor).slice(i * matrix.elements(), matrix);
      Optional<Part> part = Optional.of(all.slice(i * scales.elements(), scales));
      put(
          new Stored(
              new Weight(
                  names.get(i),
                  Format.FP8,
                  matrix,
                  block,
                  data,
                  part,
                  Optional.empty(),
                  List.of())));
    }
  }

  private boolean requireScales(Tensor scale, Shape one, int matrices) {
    if (Formats.plain(scale.dtype()).isEmpty()) {
      tensors.report(scale, "F32, BF16 or F16", scale.dtype().name());
      return false;
    }
    if (scale.shape().elements() != Math.multiplyExact(one.elements(), (long) matrices)) {
      tensors.report(
          scale, matrices + " x " + one + ", one scale a block", scale.shape().toString());
      return false;
    }
    return true;
  }

  private void put(Source source) {
    if (sources.putIfAbsent(source.name(), source) != null) {
      throw new IllegalStateException("two rows fill " + source.name());
    }
  }
}
