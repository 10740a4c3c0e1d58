/**
 * Weights in another format: rows of a checkpoint's weight are read as float32, encoded, and
 * written into new shards.
 *
 * <p>In: {@link io.deltaport.converter.weights.StoredWeight}s and an {@link
 * io.deltaport.converter.rewrite.Encoder} for each. Out: safetensors files of at most 4 GiB. Memory
 * is bounded by the number of threads, not by the size of a weight; the bytes do not depend on the
 * number of threads; a conversion that was killed goes on where it was.
 */
@NullMarked
package io.deltaport.converter.rewrite;

import org.jspecify.annotations.NullMarked;
