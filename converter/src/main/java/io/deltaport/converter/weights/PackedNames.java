package io.deltaport.converter.weights;

import io.deltaport.converter.weights.IntPacking.Axis;
import io.deltaport.converter.weights.IntPacking.Storage;
import io.deltaport.converter.weights.StoredWeight.Packed.Grouping;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tensors that together are one packed matrix, by what follows the module's name, or of
 * compressed-tensors the weight's.
 *
 * @param group columns that share a scale, 0 for all of a row
 * @param zeroPoints their name
 * @param symmetric zero points may be absent
 * @param grouping of columns; permuted ones need a group index
 * @param shapeName a tensor that repeats the shape, or empty
 */
record PackedNames(
    IntPacking packing,
    long group,
    boolean symmetric,
    Grouping grouping,
    String codes,
    String scales,
    String zeroPoints,
    String groupIndex,
    String shapeName) {

  /** compressed-tensors' {@code pack-quantized}. */
  static PackedNames compressedTensors(int bits, long group, boolean symmetric, Grouping grouping) {
    return new PackedNames(
        IntPacking.compressedTensors(bits),
        group,
        symmetric,
        grouping,
        "_packed",
        "_scale",
        "_zero_point",
        "_g_idx",
        "_shape");
  }

  /** AutoAWQ's {@code gemm}. */
  static PackedNames awq(long group) {
    return new PackedNames(
        IntPacking.awq(), group, false, Grouping.RUNS, ".qweight", ".scales", ".qzeros", "", "");
  }

  /** AutoGPTQ's. */
  static PackedNames gptq(int bits, int zeroPointOffset, long group, Grouping grouping) {
    return new PackedNames(
        IntPacking.gptq(bits, zeroPointOffset),
        group,
        false,
        grouping,
        ".qweight",
        ".scales",
        ".qzeros",
        ".g_idx",
        "");
  }

  /** The matrices of a source, none if something is wrong with them. */
  List<StoredWeight> read(CheckpointTensors tensors, MatrixSource source) {
    int problems = tensors.problems().size();
    String base = packing.storage() == Storage.OUT_IN ? source.name() : source.module();
    Shape matrix = Shape.of(source.out() * source.fused(), source.in());
    Shape groups = Shape.of(matrix.dim(0), Sizes.ceilDiv(matrix.dim(1), columns(matrix)));
    Optional<Tensor> words = words(tensors, base + codes, whole(source, codeShape(matrix)));
    Optional<Tensor> scale = tensors.require(base + scales, whole(source, stored(groups)));
    Optional<Tensor> zero =
        symmetric && !tensors.has(base + zeroPoints)
            ? Optional.empty()
            : words(tensors, base + zeroPoints, whole(source, zeroShape(groups)));
    Optional<Tensor> index = groupIndex(tensors, base, Shape.of(matrix.dim(1)));
    if (!shapeName.isEmpty()) {
      tensors.take(base + shapeName);
    }
    scale
        .filter(tensors::requirePlain)
        .ifPresent(tensor -> tensors.requireScales(tensor, whole(source, stored(groups))));
    if (!source.single()) {
      zero.ifPresent(tensor -> tensors.report(tensor, "no zero points of stacked experts", "some"));
    }
    if (tensors.problems().size() > problems || words.isEmpty() || scale.isEmpty()) {
      return List.of();
    }
    return weights(source, words.get(), scale.get(), zero, index);
  }

  private List<StoredWeight> weights(
      MatrixSource source,
      Tensor words,
      Tensor scale,
      Optional<Tensor> zero,
      Optional<Tensor> index) {
    Shape matrix = source.matrix();
    Shape codeShape = codeShape(matrix);
    Shape groups = Shape.of(matrix.dim(0), Sizes.ceilDiv(matrix.dim(1), columns(matrix)));
    List<StoredWeight> weights = new ArrayList<>();
    for (int i = 0; i < source.targets().size(); i++) {
      NamedWeight target = source.targets().get(i);
      weights.add(
          new StoredWeight.Packed(
              target.name(),
              target.id(),
              matrix,
              packing,
              Part.of(words).slice(i * codeShape.elements(), codeShape),
              Part.of(scale).slice(i * groups.elements(), stored(groups)),
              zero.map(tensor -> Part.of(tensor).slice(0, zeroShape(groups))),
              index.map(Part::of),
              columns(matrix),
              grouping));
    }
    return weights;
  }

  private long columns(Shape matrix) {
    return group == 0 ? matrix.dim(1) : group;
  }

  private static Shape whole(MatrixSource source, Shape one) {
    return source.single() ? one : source.perRow(one.dim(0), one.dim(1));
  }

  /** Without it, groups that are permuted would be read as runs. */
  private Optional<Tensor> groupIndex(CheckpointTensors tensors, String base, Shape columns) {
    boolean required = grouping == Grouping.PERMUTED;
    return groupIndex.isEmpty() || (!required && !tensors.has(base + groupIndex))
        ? Optional.empty()
        : words(tensors, base + groupIndex, columns);
  }

  private static Optional<Tensor> words(CheckpointTensors tensors, String name, Shape shape) {
    Optional<Tensor> words = tensors.require(name, shape);
    words.ifPresent(
        tensor -> {
          if (tensor.dtype() != DType.I32) {
            tensors.report(tensor, "I32", tensor.dtype().name());
          } else {
            tensors.requireShape(tensor, shape);
          }
        });
    return words;
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
