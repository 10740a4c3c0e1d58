package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.Shape;
import java.util.List;

/** How checkpoints spell the shapes of scales. */
final class Shapes {
  private Shapes() {}

  /**
   * Whether two shapes are equal once axes of length 1 are dropped: {@code [out, 1]} and {@code
   * [out]}, {@code [1]} and {@code []}. A transposed grid is another shape.
   */
  static boolean equalButOnes(Shape a, Shape b) {
    return withoutOnes(a).equals(withoutOnes(b));
  }

  private static List<Long> withoutOnes(Shape shape) {
    return shape.dims().stream().filter(dim -> dim != 1).toList();
  }
}
