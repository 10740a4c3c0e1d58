package io.deltaport.converter.weights;

import io.deltaport.converter.problem.ConverterException;
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

/** Walks a table over the tensors of a checkpoint and collects weights and problems. */
final class WeightPlanner {
  private final CheckpointTensors tensors;
  private final MatrixStorage storage;
  private final SortedMap<String, StoredWeight> weights = new TreeMap<>();
  private final Set<WeightId> ids = new HashSet<>();

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
    return new WeightPlan(weights, lines);
  }

  private WeightPlan.Line line(Row row) {
    if (row.transform() == Transform.DROP) {
      tensors.takeAll(row.prefix());
    } else {
      expand(row, List.copyOf(row.axes().keySet()), new TreeMap<>());
    }
    CheckpointTensors.Count count = tensors.countSinceLast();
    return new WeightPlan.Line(row, count.tensors(), count.bytes());
  }

  private void expand(Row row, List<String> axes, Map<String, Integer> values) {
    if (axes.isEmpty()) {
      apply(row, Row.expand(row.source(), values), values);
      return;
    }
    String axis = axes.get(0);
    for (int value : row.axes().getOrDefault(axis, List.of())) {
      values.put(axis, value);
      expand(row, axes.subList(1, axes.size()), values);
    }
    values.remove(axis);
  }

  /** Where a weight gets its name from and what it is. */
  private record Named(String name, WeightId id) {
    static Named of(Row.Target target, Map<String, Integer> values) {
      return new Named(Row.expand(target.name(), values), target.id(values));
    }
  }

  private void apply(Row row, String source, Map<String, Integer> values) {
    Shape shape = row.shape();
    switch (row.transform()) {
      case PLAIN ->
          tensors
              .require(source, shape)
              .ifPresent(tensor -> plain(tensor, Named.of(row.targets().get(0), values), shape));
      case MATRIX -> matrix(source, Named.of(row.targets().get(0), values), shape);
      case UNSTACK, UNSTACK_GATE_UP -> unstack(source, shape, row.targets(), values);
      case DROP -> throw new IllegalStateException("a dropping row has no target");
    }
  }

  private void plain(Tensor tensor, Named target, Shape shape) {
    Optional<Format> format = Formats.plain(tensor.dtype());
    if (format.isEmpty()) {
      tensors.report(tensor, "F32, BF16 or F16", tensor.dtype().name());
    } else if (tensors.requireShape(tensor, shape)) {
      put(Weight.plain(target.name(), target.id(), format.get(), Part.of(tensor)));
    }
  }

  private void matrix(String source, Named target, Shape shape) {
    if (!tensors.has(source) && storage.packed().isPresent() && source.endsWith(Row.WEIGHT)) {
      int problems = tensors.problems().size();
      String module = source.substring(0, source.length() - Row.WEIGHT.length());
      Optional<StoredWeight> packed =
          storage.packed().get().find(tensors, module, target.name(), target.id(), shape);
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
  private void unstack(
      String source, Shape stacked, List<Row.Target> targets, Map<String, Integer> values) {
    Map<String, Integer> all = new TreeMap<>(values);
    List<Named> matrices = new ArrayList<>();
    for (int expert = 0; expert < stacked.dim(0); expert++) {
      all.put(Row.EXPERT, expert);
      targets.forEach(target -> matrices.add(Named.of(target, all)));
    }
    tensors
        .require(source, stacked)
        .ifPresent(tensor -> matrices(tensor, stacked, matrices, targets.size()));
  }

  /**
   * Equal matrices that follow one another in a tensor; {@code fused} of them share the blocks of
   * one matrix.
   */
  private void matrices(Tensor tensor, Shape whole, List<Named> targets, int fused) {
    Optional<Format> format = Formats.of(tensor.dtype());
    if (format.isEmpty()) {
      tensors.report(tensor, "F32, BF16, F16 or F8_E4M3", tensor.dtype().name());
      return;
    }
    if (!tensors.requireShape(tensor, whole)) {
      return;
    }
    long in = whole.dim(whole.rank() - 1);
    Shape matrix = Shape.of(whole.elements() / in / targets.size(), in);
    if (format.get() == Format.FP8) {
      scaled(tensor, matrix, targets, fused);
      return;
    }
    for (int i = 0; i < targets.size(); i++) {
      Named target = targets.get(i);
      Part data = Part.of(tensor).slice(i * matrix.elements(), matrix);
      put(Weight.plain(target.name(), target.id(), format.get(), data));
    }
  }

  private void scaled(Tensor tensor, Shape matrix, List<Named> targets, int fused) {
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
    if (found.isEmpty() || !requireScales(found.get(), scales, targets.size())) {
      return;
    }
    Part all = Part.of(found.get());
    for (int i = 0; i < targets.size(); i++) {
      Part data = Part.of(tensor).slice(i * matrix.elements(), matrix);
      Optional<Part> part = Optional.of(all.slice(i * scales.elements(), scales));
      put(
          new Weight(
              targets.get(i).name(),
              targets.get(i).id(),
              Format.FP8,
              matrix,
              block,
              data,
              part,
              Optional.empty(),
              List.of()));
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

  private void put(Weight weight) {
    put(new StoredWeight.Plain(weight));
  }

  private void put(StoredWeight weight) {
    if (weights.putIfAbsent(weight.name(), weight) != null || !ids.add(weight.id())) {
      throw new IllegalStateException("two rows fill " + weight.name() + ", " + weight.id());
    }
  }
}
