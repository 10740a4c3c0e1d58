package io.deltaport.converter.weights;

import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a checkpoint while a plan is made: which are used, and what is wrong with them.
 */
final class CheckpointTensors {
  private final Map<String, Tensor> tensors;
  private final Set<String> used = new HashSet<>();
  private final List<Problem> problems = new ArrayList<>();
  private long count;
  private long bytes;

  CheckpointTensors(Map<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /** The tensor of that name, from now on used. */
  Optional<Tensor> take(String name) {
    Optional<Tensor> tensor = Optional.ofNullable(tensors.get(name));
    tensor.ifPresent(this::use);
    return tensor;
  }

  /** Like {@link #take}; a missing one is a problem. */
  Optional<Tensor> require(String name, Shape shape) {
    Optional<Tensor> tensor = take(name);
    if (tensor.isEmpty()) {
      problems.add(new Problem(name, "a tensor " + shape, "none"));
    }
    return tensor;
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** Uses all tensors whose names begin so. */
  void takeAll(String prefix) {
    tensors.values().stream().filter(tensor -> tensor.name().startsWith(prefix)).forEach(this::use);
  }

  /** Whether a tensor has the shape; if not, that is a problem. */
  boolean requireShape(Tensor tensor, Shape expected) {
    boolean equal = tensor.shape().equals(expected);
    if (!equal) {
      report(tensor, "shape " + expected, tensor.shape().toString());
    }
    return equal;
  }

  void report(Tensor tensor, String expected, String found) {
    problems.add(new Problem(tensor.shard().name() + ": " + tensor.name(), expected, found));
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
    used.add(tensor.name());
    count++;
    bytes += tensor.bytes();
  }
}
