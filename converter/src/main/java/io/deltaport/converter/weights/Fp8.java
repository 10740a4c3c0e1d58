package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.Shape;

/**
 * What shares a scale in an FP8 matrix.
 *
 * @param rows of a block, 0 for all rows
 * @param columns of a block, 0 for all columns
 */
record Fp8(long rows, long columns) {
  /** One scale for the matrix, or for those of one expert that are stored as one. */
  static final Fp8 TENSOR = new Fp8(0, 0);

  /** One scale a row. */
  static final Fp8 CHANNEL = new Fp8(1, 0);

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

  /** The shape of the scales of all matrices of a source. */
  Shape scalesOf(MatrixSource source) {
    Shape one = scalesOf(Shape.of(source.out() * source.fused(), source.in()));
    return source.perRow(one.dim(0), one.dim(1));
  }

  /** Whether no block of rows holds rows of two matrices, or all share one scale. */
  boolean separates(MatrixSource source) {
    return source.fused() == 1 || rows == 0 || source.out() % rows == 0;
  }
}
