package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Tensor;
import java.util.Map;

/**
 * A range of a file that holds one part of a weight, row-major, little-endian, at any alignment.
 *
 * @param file name of the file
 * @param offset counted from the file's first byte
 */
public record Part(String file, DType dtype, Shape shape, long offset) {
  public Part {
    if (offset < 0) {
      throw new IllegalArgumentException(file + ": negative offset " + offset);
    }
  }

  /** All of a tensor. */
  public static Part of(Tensor tensor) {
    return new Part(tensor.shard().name(), tensor.dtype(), tensor.shape(), tensor.offset());
  }

  /** Length in bytes. */
  public long bytes() {
    return dtype.bytes(shape.elements());
  }

  /**
   * The part of {@code shape.elements()} elements that begins {@code elements} elements after this
   * one's first.
   */
  public Part slice(long elements, Shape part) {
    return new Part(file, dtype, part, Math.addExact(offset, dtype.bytes(elements)));
  }

  /** The same range of the file that the map gives for this one's. */
  Part in(Map<String, String> files) {
    String name = files.get(file);
    if (name == null) {
      throw new IllegalArgumentException("no place for " + file);
    }
    return new Part(name, dtype, shape, offset);
  }
}
