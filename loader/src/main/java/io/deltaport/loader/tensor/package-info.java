/**
 * Where a tensor lies in a file, and its values: {@link io.deltaport.loader.tensor.Tensor} comes
 * in, bytes, floats or longs go out.
 */
@NullMarked
package io.deltaport.loader.tensor;

import org.jspecify.annotations.NullMarked;
