package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.Shape;
import java.util.Optional;

/**
 * How a checkpoint scales its FP8 weights: each {@code [rows, columns]} block of a matrix {@code
 * NAME} by one entry of {@code NAME_scale_inv}, or the whole matrix by a single one.
 *
 * @param block of the config's {@code weight_block_size}; absent where there is one scale a matrix
 */
public record Fp8(Optional<Block> block) {
  /** One scale a matrix. */
  public static final Fp8 WHOLE = new Fp8(Optional.empty());

  /** The block of a matrix. */
  Block blockOf(Shape matrix) {
    return block.orElseGet(() -> new Block(matrix.dim(0), matrix.dim(1)));
  }

  /** The shape of the scales of a matrix, one entry a block. */
  Shape scalesOf(Shape matrix) {
    Block b = blockOf(matrix);
    return Shape.of(ceilDiv(matrix.dim(0), b.rows()), ceilDiv(matrix.dim(1), b.columns()));
  }

  private static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }
}
