package io.deltaport.converter.weights;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Walks a table over the tensors of a checkpoint and collects weights and problems. */
final class WeightPlanner {
  private final CheckpointTensors tensors;
  private final Map<String, String> absent;
  private final MatrixReader matrices;
  private final SortedMap<String, StoredWeight> weights = new TreeMap<>();
  private final Set<WeightId> ids = new HashSet<>();

  WeightPlanner(Map<String, Tensor> tensors, Map<String, String> absent, MatrixStorage storage) {
    this.absent = absent;
    this.tensors = new CheckpointTensors(tensors);
    this.matrices = new MatrixReader(this.tensors, storage);
  }

  WeightPlan plan(List<Row> table) {
    List<WeightPlan.Line> lines = new ArrayList<>(table.stream().map(this::line).toList());
    UnusedScales.ROWS.stream()
        .map(this::line)
        .filter(line -> line.tensors() > 0)
        .forEach(lines::add);
    tensors.reportUnused();
    List<Row> rows = Stream.concat(table.stream(), UnusedScales.ROWS.stream()).toList();
    List<String> unneeded = new ArrayList<>();
    absent.forEach(
        (name, shard) -> {
          if (rows.stream().anyMatch(row -> tensors.drops(row, name))) {
            unneeded.add(name);
          } else {
            tensors.reportAbsent(name, shard);
          }
        });
    if (!tensors.problems().isEmpty()) {
      throw new ConverterException(tensors.problems());
    }
    return new WeightPlan(weights, lines, notes(unneeded));
  }

  private static List<String> notes(List<String> unneeded) {
    return unneeded.isEmpty()
        ? List.of()
        : List.of(
            "%d tensors that the index lists are in no shard, such as %s; none of them is used"
                .formatted(unneeded.size(), unneeded.get(0)));
  }

  private WeightPlan.Line line(Row row) {
    if (row.transform().drops()) {
      tensors.takeAll(row);
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

  private void apply(Row row, String source, Map<String, Integer> values) {
    Shape shape = row.shape();
    switch (row.transform()) {
      case PLAIN ->
          tensors
              .require(source, shape)
              .ifPresent(
                  tensor -> plain(tensor, NamedWeight.of(row.targets().get(0), values), shape));
      case MATRIX ->
          read(MatrixSource.of(source, shape, NamedWeight.of(row.targets().get(0), values)));
      case UNSTACK, UNSTACK_GATE_UP -> unstack(source, shape, row.targets(), values);
      case DROP, DROP_BESIDE -> throw new IllegalStateException("a dropping row has no target");
    }
  }

  private void plain(Tensor tensor, NamedWeight target, Shape shape) {
    if (tensors.requirePlain(tensor) && tensors.requireShape(tensor, shape)) {
      Format format = Formats.plain(tensor.dtype()).orElseThrow();
      put(
          new StoredWeight.Plain(
              Weight.plain(target.name(), target.id(), format, Part.of(tensor))));
    }
  }

  /** Experts one after the other along the first axis of a tensor. */
  private void unstack(
      String source, Shape stacked, List<Row.Target> targets, Map<String, Integer> values) {
    Map<String, Integer> all = new TreeMap<>(values);
    List<NamedWeight> matrices = new ArrayList<>();
    for (int expert = 0; expert < stacked.dim(0); expert++) {
      all.put(Row.EXPERT, expert);
      targets.forEach(target -> matrices.add(NamedWeight.of(target, all)));
    }
    read(new MatrixSource(source, stacked, matrices, targets.size()));
  }

  private void read(MatrixSource source) {
    matrices.read(source).forEach(this::put);
  }

  private void put(StoredWeight weight) {
    if (weights.putIfAbsent(weight.name(), weight) != null || !ids.add(weight.id())) {
      throw new IllegalStateException("two rows fill " + weight.name() + ", " + weight.id());
    }
  }
}
