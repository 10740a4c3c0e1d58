package io.deltaport.loader.safetensors;

import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;

/**
 * A tensor to be written.
 *
 * @param name its name in the file
 * @param dtype type of its elements
 * @param shape axes, outermost first
 */
public record TensorSpec(String name, DType dtype, Shape shape) {
  /** Its length; data is row-major, little-endian. */
  public long bytes() {
    return dtype.bytes(shape.elements());
  }
}
