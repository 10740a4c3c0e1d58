package io.deltaport.converter.weights;

import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * FP8 matrices: {@code w = value * scale}.
 *
 * @param suffix of the scales' name where a config says it; a file may have the other one
 * @param blocks what may share a scale; the scales' shape says which does
 */
record Fp8Matrices(String suffix, List<Fp8> blocks) {
  /** As {@code fp8} names scales. */
  static final String INVERSE = "_scale_inv";

  /** As compressed-tensors and ModelOpt name them. */
  static final String SCALE = "_scale";

  Fp8Matrices {
    blocks = List.copyOf(blocks);
  }

  /** The matrices of a tensor, none if something is wrong with its scales. */
  List<StoredWeight> read(CheckpointTensors tensors, MatrixSource source, Tensor values) {
    Optional<Tensor> scales = scales(tensors, source);
    if (scales.isEmpty() || !tensors.requirePlain(scales.get())) {
      return List.of();
    }
    Optional<Fp8> block =
        blocks.stream()
            .filter(b -> Shapes.equalButOnes(b.scalesOf(source), scales.get().shape()))
            .findFirst();
    if (block.isEmpty()) {
      tensors.report(scales.get(), "shape " + expected(source), scales.get().shape().toString());
      return List.of();
    }
    if (!block.get().separates(source)) {
      tensors.report(
          values,
          "gate and up rows in blocks of their own",
          source.out() + " rows in blocks of " + block.get().rows());
      return List.of();
    }
    return weights(source, values, scales.get(), block.get());
  }

  private Optional<Tensor> scales(CheckpointTensors tensors, MatrixSource source) {
    String other = suffix.equals(SCALE) ? INVERSE : SCALE;
    return tensors.has(source.name() + other) && !tensors.has(source.name() + suffix)
        ? tensors.take(source.name() + other)
        : tensors.require(source.name() + suffix, expected(source));
  }

  private String expected(MatrixSource source) {
    return blocks.stream()
        .map(block -> block.scalesOf(source).toString())
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  private static List<StoredWeight> weights(
      MatrixSource source, Tensor values, Tensor scales, Fp8 fp8) {
    Shape matrix = source.matrix();
    Shape one = fp8.scalesOf(matrix);
    boolean shared = fp8.rows() == 0;
    List<StoredWeight> weights = new ArrayList<>();
    for (int i = 0; i < source.targets().size(); i++) {
      NamedWeight target = source.targets().get(i);
      long index = shared ? i / source.fused() : i;
      weights.add(
          new StoredWeight.Plain(
              new Weight(
                  target.name(),
                  target.id(),
                  Format.FP8,
                  matrix,
                  fp8.blockOf(matrix),
                  Part.of(values).slice(i * matrix.elements(), matrix),
                  Optional.of(Part.of(scales).slice(index * one.elements(), one)),
                  Optional.empty(),
                  Optional.empty(),
                  List.of())));
    }
    return weights;
  }
}
