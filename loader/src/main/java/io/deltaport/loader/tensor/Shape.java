package io.deltaport.loader.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The lengths of a tensor's axes, outermost first; none for a scalar.
 *
 * @param dims each at least 0; their product fits in a long
 */
public record Shape(List<Long> dims) {
  /**
   * Copies, and refuses a negative axis or a product beyond 2^63 - 1 with an {@link
   * ArithmeticException}.
   */
  public Shape {
    dims = List.copyOf(dims);
    if (dims.stream().anyMatch(dim -> dim < 0)) {
      throw new ArithmeticException("negative axis in " + dims);
    }
    product(dims);
  }

  /** A shape of these axes. */
  public static Shape of(long... dims) {
    return new Shape(Arrays.stream(dims).boxed().toList());
  }

  /** How many axes there are. */
  public int rank() {
    return dims.size();
  }

  /** Length of one axis. */
  public long dim(int axis) {
    return dims.get(axis);
  }

  /** How many elements there are; 1 for a scalar. */
  public long elements() {
    return product(dims);
  }

  /** {@code [2, 3]}. */
  @Override
  public String toString() {
    return dims.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }

  private static long product(List<Long> dims) {
    long product = 1;
    for (long dim : dims) {
      product = Math.multiplyExact(product, dim);
    }
    return product;
  }
}
