package io.deltaport.converter.weights;

import java.util.List;

/**
 * How many rows and columns of a matrix share one scale; {@link #NONE} for a format without scales.
 */
public record Block(long rows, long columns) {
  /** The block of a plain weight. */
  public static final Block NONE = new Block(0, 0);

  public Block {
    if (rows < 0 || columns < 0 || (rows == 0) != (columns == 0)) {
      throw new IllegalArgumentException("a block cannot be " + rows + " x " + columns);
    }
  }

  /** Both numbers, as in a {@code block} attribute. */
  public List<Long> numbers() {
    return List.of(rows, columns);
  }
}
