/**
 * What layers of any family are built from.
 *
 * <p>In: {@link io.deltaport.converter.blocks.LayerParts}, the graph that grows with the model's
 * sizes and its placed weights, and a value over packed tokens. Out: the value that the block makes
 * of it. A block asks for weights by their {@link io.deltaport.converter.weights.Role}; it knows no
 * name of a checkpoint, no family, no file and no protobuf.
 */
@NullMarked
package io.deltaport.converter.blocks;

import org.jspecify.annotations.NullMarked;
