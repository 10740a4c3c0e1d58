package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.Shape;

/**
 * How a checkpoint scales its FP8 weights: a matrix {@code NAME} by the entries of {@code NAME +
 * suffix}, one a block.
 *
 * @param suffix of the scales' name
 * @param rows of a block, 0 for all rows of the matrix
 * @param columns of a block, 0 for all columns of the matrix
 */
record Fp8(String suffix, long rows, long columns) {
  /** The block of a matrix. */
  Block blockOf(Shape matrix) {
    return new Block(rows == 0 ? matrix.dim(0) : rows, columns == 0 ? matrix.dim(1) : columns);
  }

  /** The shape of the scales of a matrix, one entry a block. */
  Shape scalesOf(Shape matrix) {
    Block block = blockOf(matrix);
    return Shape.of(
        Sizes.ceilDiv(matrix.dim(0), block.rows()), Sizes.ceilDiv(matrix.dim(1), block.columns()));
  }
}
