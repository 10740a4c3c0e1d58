package io.deltaport.converter.weights;

import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of a checkpoint while a plan is made: which are used, and what is wrong with them.
 */
final class CheckpointTensors {
  private final NavigableMap<String, Tensor> tensors;
  private final NavigableSet<String> used = new TreeSet<>();
  private final List<Problem> problems = new ArrayList<>();
  private long count;
  private long bytes;

  CheckpointTensors(Map<String, Tensor> tensors) {
    this.tensors = new TreeMap<>(tensors);
  }

  /** The tensor of that name, whether it is used or not. */
  Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /** The tensor of that name, from now on used. */
  Optional<Tensor> take(String name) {
    Optional<Tensor> tensor = find(name);
    tensor.ifPresent(this::use);
    return tensor;
  }

  /** Like {@link #take}; a missing one is a problem. */
  Optional<Tensor> require(String name, Shape shape) {
    return require(name, shape.toString());
  }

  /** Like {@link #take}; a missing one is a problem. */
  Optional<Tensor> require(String name, String shape) {
    Optional<Tensor> tensor = take(name);
    if (tensor.isEmpty()) {
      problems.add(new Problem(name, "a tensor " + shape, "none"));
    }
    return tensor;
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Uses what lies beside a matrix that cannot be read, so that only that is reported. */
  void takeBeside(MatrixSource source) {
    for (String begin : List.of(source.name() + "_", source.module() + ".")) {
      tensors.tailMap(begin).values().stream()
          .takeWhile(tensor -> tensor.name().startsWith(begin))
          .forEach(this::use);
    }
  }

  /** Uses all tensors that a dropping row drops. */
  void takeAll(Row row) {
    for (Tensor tensor : tensors.values()) {
      if (drops(row, tensor.name())) {
        use(tensor);
      }
    }
  }

  /** Whether a row drops a tensor of that name. */
  boolean drops(Row row, String name) {
    return row.drops(name, used);
  }

  /** Notes a tensor that an index lists and no shard has, unless it is known to be missing. */
  void reportAbsent(String name, String shard) {
    if (problems.stream().noneMatch(problem -> problem.where().equals(name))) {
      report(shard + ": " + name, "a tensor that the index lists", "none");
    }
  }

  /** Whether a tensor has the shape; if not, that is a problem. */
  boolean requireShape(Tensor tensor, Shape expected) {
    boolean equal = tensor.shape().equals(expected);
    if (!equal) {
      report(tensor, "shape " + expected, tensor.shape().toString());
    }
    return equal;
  }

  /** Like {@link #requireShape}; axes of length 1 make no difference. */
  boolean requireScales(Tensor tensor, Shape expected) {
    return Shapes.equalButOnes(tensor.shape(), expected) || requireShape(tensor, expected);
  }

  /** Whether a tensor is float32, bfloat16 or float16; if not, that is a problem. */
  boolean requirePlain(Tensor tensor) {
    boolean plain = Formats.plain(tensor.dtype()).isPresent();
    if (!plain) {
      report(tensor, "F32, BF16 or F16", tensor.dtype().name());
    }
    return plain;
  }

  void report(Tensor tensor, String expected, String found) {
    report(tensor.shard().name() + ": " + tensor.name(), expected, found);
  }

  void report(String where, String expected, String found) {
    problems.add(new Problem(where, expected, found));
  }

  void reportUnused() {
    for (Tensor tensor : tensors.values()) {
      if (!used.contains(tensor.name())) {
        report(tensor, "a row of the weight table", "a tensor that no row uses");
      }
    }
  }

  List<Problem> problems() {
    return problems;
  }

  /** How many tensors were used since this was last asked, and their bytes. */
  Count countSinceLast() {
    Count since = new Count(count, bytes);
    count = 0;
    bytes = 0;
    return since;
  }

  record Count(long tensors, long bytes) {}

  private void use(Tensor tensor) {
    if (used.add(tensor.name())) {
      count++;
      bytes += tensor.bytes();
    }
  }
}
