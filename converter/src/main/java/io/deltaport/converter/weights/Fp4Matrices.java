package io.deltaport.converter.weights;

import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * FP4 matrices, {@code w = value * scale * factor}: e2m1 values, two in a byte, with e4m3 scales
 * for blocks of 16 (NVFP4) or powers of two for blocks of 32 (MXFP4, no factor).
 *
 * @param factorSuffix of the factor's name
 * @param use of the factor
 */
record Fp4Matrices(String factorSuffix, Factor.Use use) {
  /** compressed-tensors: {@code weight_packed}, and a factor that divides. */
  static final Fp4Matrices COMPRESSED_TENSORS =
      new Fp4Matrices("_global_scale", Factor.Use.DIVIDES);

  /** ModelOpt: packed bytes under the weight's own name, and a factor that multiplies. */
  static final Fp4Matrices MODEL_OPT = new Fp4Matrices("_scale_2", Factor.Use.MULTIPLIES);

  private static final long NVFP4_BLOCK = 16;
  private static final long MXFP4_BLOCK = 32;

  /** The matrices of a tensor of packed values, none if something is wrong with them. */
  List<StoredWeight> read(CheckpointTensors tensors, MatrixSource source, Tensor values) {
    int problems = tensors.problems().size();
    long rows = source.out() * source.fused();
    tensors.requireShape(values, source.perRow(rows, Sizes.ceilDiv(source.in(), 2)));
    Optional<Tensor> scales =
        tensors.require(source.name() + "_scale", scaleShape(source, NVFP4_BLOCK));
    if (scales.isEmpty()) {
      return List.of();
    }
    boolean nvfp4 = scales.get().dtype() == DType.F8_E4M3;
    long block = nvfp4 ? NVFP4_BLOCK : MXFP4_BLOCK;
    if (!nvfp4 && scales.get().dtype() != DType.U8 && scales.get().dtype() != DType.F8_E8M0) {
      tensors.report(
          scales.get(), "F8_E4M3, or exponents as U8 or F8_E8M0", scales.get().dtype().name());
    } else if (!Shapes.equalButOnes(scales.get().shape(), scaleShape(source, block))) {
      tensors.report(
          scales.get(), "shape " + scaleShape(source, block), scales.get().shape().toString());
    }
    Optional<Tensor> factors = factors(tensors, source, nvfp4);
    if (tensors.problems().size() > problems) {
      return List.of();
    }
    return weights(source, values, scales.get(), factors, block);
  }

  private static Shape scaleShape(MatrixSource source, long block) {
    return source.perRow(source.out() * source.fused(), Sizes.ceilDiv(source.in(), block));
  }

  /** One for all, one an expert or one a matrix. */
  private Optional<Tensor> factors(CheckpointTensors tensors, MatrixSource source, boolean nvfp4) {
    String name = source.name() + factorSuffix;
    if (!nvfp4) {
      return Optional.empty();
    }
    Shape one = source.single() ? Shape.of() : Shape.of(source.experts());
    Optional<Tensor> factors = tensors.require(name, one);
    factors.ifPresent(
        tensor -> {
          if (tensor.dtype() != DType.F32) {
            tensors.report(tensor, "F32", tensor.dtype().name());
          }
          Shape each = Shape.of(source.experts(), source.fused());
          if (!Shapes.equalButOnes(tensor.shape(), Shape.of())
              && !Shapes.equalButOnes(tensor.shape(), one)
              && !Shapes.equalButOnes(tensor.shape(), each)) {
            tensors.report(tensor, "shape " + one, tensor.shape().toString());
          }
        });
    return factors;
  }

  private List<StoredWeight> weights(
      MatrixSource source, Tensor values, Tensor scales, Optional<Tensor> factors, long block) {
    Shape matrix = source.matrix();
    Shape bytes = Shape.of(source.out(), Sizes.ceilDiv(source.in(), 2));
    Shape blocks = Shape.of(source.out(), Sizes.ceilDiv(source.in(), block));
    int count = source.targets().size();
    List<StoredWeight> weights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      NamedWeight target = source.targets().get(i);
      int index = i;
      weights.add(
          new StoredWeight.Plain(
              new Weight(
                  target.name(),
                  target.id(),
                  Format.FP4,
                  matrix,
                  new Block(1, block),
                  Part.of(values).slice(i * bytes.elements(), bytes),
                  Optional.of(Part.of(scales).slice(i * blocks.elements(), blocks)),
                  Optional.empty(),
                  factors.map(tensor -> factor(tensor, index, count)),
                  List.of())));
    }
    return weights;
  }

  private Factor factor(Tensor factors, int index, int count) {
    long at = index * factors.shape().elements() / count;
    return new Factor(Part.of(factors).slice(at, Shape.of()), use);
  }
}
