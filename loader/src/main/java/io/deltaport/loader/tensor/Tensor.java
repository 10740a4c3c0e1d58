package io.deltaport.loader.tensor;

/**
 * Where one tensor of a checkpoint lies.
 *
 * @param name name in the file
 * @param dtype type of its elements
 * @param shape axes, outermost first; data is row-major, little-endian
 * @param shard the file that holds it
 * @param offset where it begins, counted from the file's first byte; any alignment
 * @param bytes its length
 */
public record Tensor(String name, DType dtype, Shape shape, Shard shard, long offset, long bytes) {
  /** Checks that the length is that of the shape and that the data lies in the file. */
  public Tensor {
    if (dtype.bytes(shape.elements()) != bytes
        || offset < shard.headerBytes()
        || bytes > shard.bytes() - offset) {
      throw new IllegalArgumentException(
          name + ": " + dtype + " " + shape + " at " + offset + ", " + bytes + " bytes");
    }
  }
}
