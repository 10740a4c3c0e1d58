package io.deltaport.converter.weights;

import io.deltaport.converter.weights.Packing.Axis;
import io.deltaport.converter.weights.Packing.Storage;
import io.deltaport.converter.weights.StoredWeight.Packed.Grouping;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.Optional;

/**
 * The tensors that together are one packed matrix, by what follows the module's name.
 *
 * @param group columns that share a scale, 0 for all of a row
 * @param zeroPoints their name
 * @param symmetric zero points may be absent
 * @param grouping of columns; permuted ones need a group index
 * @param shapeName a tensor that repeats the shape, or empty
 */
record PackedNames(
    Packing packing,
    long group,
    boolean symmetric,
    Grouping grouping,
    String codes,
    String scales,
    String zeroPoints,
    String groupIndex,
    String shapeName) {

  /** The matrix of a module, if its codes are there. */
  Optional<StoredWeight> find(
      CheckpointTensors tensors, String module, String target, WeightId id, Shape matrix) {
    Optional<Tensor> found = tensors.take(module + codes);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    int problems = tensors.problems().size();
    Tensor words = found.get();
    long columns = group == 0 ? matrix.dim(1) : group;
    Shape groups = Shape.of(matrix.dim(0), Sizes.ceilDiv(matrix.dim(1), columns));
    Optional<Tensor> scale = tensors.require(module + scales, stored(groups));
    Optional<Tensor> zero =
        symmetric && !tensors.has(module + zeroPoints)
            ? Optional.empty()
            : tensors.require(module + zeroPoints, zeroShape(groups));
    Optional<Tensor> index = groupIndex(tensors, module, Shape.of(matrix.dim(1)));
    if (!shapeName.isEmpty()) {
      tensors.take(module + shapeName);
    }
    requireWords(tensors, words, codeShape(matrix));
    zero.ifPresent(tensor -> requireWords(tensors, tensor, zeroShape(groups)));
    index.ifPresent(tensor -> requireWords(tensors, tensor, Shape.of(matrix.dim(1))));
    scale.ifPresent(tensor -> requireScales(tensors, tensor, stored(groups)));
    if (tensors.problems().size() > problems || scale.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new StoredWeight.Packed(
            target,
            id,
            matrix,
            packing,
            Part.of(words),
            Part.of(scale.get()),
            zero.map(Part::of),
            index.map(Part::of),
            columns,
            grouping));
  }

  /** Without it, groups that are permuted would be read as runs. */
  private Optional<Tensor> groupIndex(CheckpointTensors tensors, String module, Shape columns) {
    if (grouping == Grouping.PERMUTED) {
      return tensors.require(module + groupIndex, columns);
    }
    return groupIndex.isEmpty() ? Optional.empty() : tensors.take(module + groupIndex);
  }

  private static void requireWords(CheckpointTensors tensors, Tensor tensor, Shape shape) {
    if (tensor.dtype() != DType.I32) {
      tensors.report(tensor, "I32", tensor.dtype().name());
    } else {
      tensors.requireShape(tensor, shape);
    }
  }

  private static void requireScales(CheckpointTensors tensors, Tensor tensor, Shape shape) {
    if (Formats.plain(tensor.dtype()).isEmpty()) {
      tensors.report(tensor, "F32, BF16 or F16", tensor.dtype().name());
    } else {
      tensors.requireShape(tensor, shape);
    }
  }

  /** {@code [out, n]} as the tensors have it. */
  private Shape stored(Shape shape) {
    return packing.storage() == Storage.OUT_IN ? shape : Shape.of(shape.dim(1), shape.dim(0));
  }

  private Shape codeShape(Shape matrix) {
    long out = matrix.dim(0);
    long in = matrix.dim(1);
    boolean alongIn = packing.axis() == Axis.IN;
    return stored(Shape.of(alongIn ? out : words(out), alongIn ? words(in) : in));
  }

  private Shape zeroShape(Shape groups) {
    return stored(Shape.of(words(groups.dim(0)), groups.dim(1)));
  }

  private long words(long codes) {
    return Sizes.ceilDiv(codes, packing.perWord());
  }
}
